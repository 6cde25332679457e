/**
 * Text that came from elsewhere (names of containers, words of foreign programs) as one harmless line: no line
 * breaks, no characters that turn the direction of writing or are not seen, and no address that a program would
 * make a link of.
 */
export function safeText(text: string, most = 500): string {
  const line = text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll('://', `:${wordJoiner}//`)
    .trim();
  const characters = Array.from(line);
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : line;
}

/** Not seen, and not part of any address. */
const wordJoiner = '\u2060';

/** Cut to what fits, by UTF-16 units, as messaging services count. */
export function cutTo(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
