import type { RecoveryKit } from '@holdfast/contracts';
import { type KitOptions, type KitSource, keyLine, kitDestinations, kitWords } from './kit-commands.ts';

/** The recovery kit as one page of HTML to print: no scripts, nothing from elsewhere. */
export function kitPage(kit: RecoveryKit, { withKey }: KitOptions): string {
  const key = (text: string) =>
    withKey ? `<pre class="key">${escape(text)}</pre>` : '<p class="line">Key:</p>';
  const source = ({ source: name, commands, otherKey }: KitSource) => `
<section><h3>${escape(name)}</h3>
${otherKey === undefined ? '' : `<p>An older key opens it:</p>${key(otherKey)}`}
<pre>${Object.values(commands).map(escape).join('\n')}</pre></section>`;
  const destinations = kitDestinations(kit).map(
    ({ name, variables, sources }) => `
<h2>Destination ${escape(name)}</h2>
${variables.length === 0 ? '' : `<p>${kitWords.fillIn}</p><pre>${variables.map(escape).join('\n')}</pre>`}
${sources.map(source).join('')}`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${kitWords.title}</title><style>${style}</style></head><body>
<h1>${kitWords.title}</h1>
<p>${escape(kit.time.slice(0, 10))}. ${kitWords.purpose}</p>
<p><strong>${kitWords.keep}</strong></p>
<h2>The key ${escape(kit.keyId)}</h2>
${key(kit.password)}
<p>Give it to restic: <code>${escape(keyLine(undefined))}</code> with the key behind the =, in single quotes.</p>
${destinations.join('')}
<h2>Then</h2>
<p>${kitWords.restore}</p><p>${kitWords.check}</p>
</body></html>
`;
}

const style = `@page{size:A4;margin:14mm}body{font:9.5pt/1.35 sans-serif;max-width:182mm;margin:auto;color:#000;background:#fff}
h1{font-size:16pt;margin:0 0 2mm}h2{font-size:11pt;margin:4mm 0 1mm;border-bottom:1px solid #888}h3{font-size:9.5pt;margin:2mm 0 0}
p{margin:1mm 0}section{break-inside:avoid}pre{font:8pt/1.35 monospace;white-space:pre-wrap;overflow-wrap:anywhere;margin:1mm 0}
.key{font-size:13pt;border:1px solid #000;padding:2mm}.line{border-bottom:1px solid #000;padding-top:7mm}`;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
