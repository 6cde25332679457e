import type { NoticeWords } from '../notice.words.ts';

/** A page of the simplest kind: no styles, pictures or links, so that nothing can be hidden in it. */
export function htmlOf({ title, sections }: NoticeWords): string {
  const parts = sections.map(
    ({ heading, lines }) => `<h3>${escapeHtml(heading)}</h3>\n<p>${lines.map(escapeHtml).join('<br>\n')}</p>`,
  );
  return `<!doctype html>\n<meta charset="utf-8">\n<h2>${escapeHtml(title)}</h2>\n${parts.join('\n')}\n`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
