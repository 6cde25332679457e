import type { ApiDocument, DocumentedOperation } from './document.ts';

/** The document as one page for people: no script, nothing from outside. */
export function referencePage({ info, paths, components }: ApiDocument): string {
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const byTag = [...Map.groupBy(routes, ({ operation }) => operation.tags[0] ?? 'other')].toSorted(
    ([a], [b]) => a.localeCompare(b),
  );
  const navigation = byTag.map(([tag]) => `<a href="#${escape(tag)}">${escape(tag)}</a>`).join(' ');
  const sections = byTag.map(
    ([tag, held]) =>
      `<section id="${escape(tag)}"><h2>${escape(tag)}</h2>${held.map(({ path, method, operation }) => route(path, method, operation)).join('')}</section>`,
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<details id="schema-${escape(name)}"><summary>${escape(name)}</summary>${json(schema)}</details>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(info.title)} API ${escape(info.version)}</title><link rel="stylesheet" href="/docs/style.css"></head><body>
<h1>${escape(info.title)} API ${escape(info.version)}</h1><p>${escape(info.description)}</p>
<p>For programs: <a href="/v1/openapi.json">openapi.json</a></p><nav>${navigation} <a href="#schemas">schemas</a></nav>
${sections.join('\n')}<section id="schemas"><h2>schemas</h2>${schemas.join('')}</section></body></html>`;
}

function route(path: string, method: string, operation: DocumentedOperation): string {
  const { parameters, requestBody, responses } = operation;
  const rows = parameters.map(
    ({ name, in: place, required, schema }) =>
      `<tr><td><code>${escape(name)}</code></td><td>${place}${required ? ', required' : ''}</td><td>${json(schema)}</td></tr>`,
  );
  const answers = Object.entries(responses).map(([status, { description, content = {} }]) => {
    const bodies = Object.entries(content).map(
      ([type, { schema }]) => `<code>${escape(type)}</code>${json(schema)}`,
    );
    return `<tr><td>${status}</td><td>${escape(description)}</td><td>${bodies.join('')}</td></tr>`;
  });
  const body = Object.values(requestBody?.content ?? {}).map(({ schema }) => `<h4>Body</h4>${json(schema)}`);
  return `<details id="${escape(operation.operationId)}"><summary><code class="${method}">${method.toUpperCase()}</code> <code>${escape(path)}</code> ${escape(operation.summary)}</summary>
<p>Who may: ${escape(operation['x-access'])}. Operation: <code>${escape(operation.operationId)}</code></p>
${rows.length === 0 ? '' : `<h4>Parameters</h4><table>${rows.join('')}</table>`}${body.join('')}<h4>Answers</h4><table>${answers.join('')}</table></details>`;
}

/** Named schemas become links to where they are described. */
function json(schema: unknown): string {
  const text = escape(JSON.stringify(schema, null, 2));
  const linked = text.replace(/#\/components\/schemas\/(\w+)/g, '<a href="#schema-$1">$1</a>');
  return text.length < 60 ? `<code>${linked.replace(/\s+/g, ' ')}</code>` : `<pre>${linked}</pre>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export const referenceStyle = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:70rem;margin:0 auto;padding:1rem}
nav{position:sticky;top:0;background:Canvas;padding:.5rem 0;border-bottom:1px solid}
nav a{margin-right:.75rem}
summary{cursor:pointer;padding:.4rem 0;overflow-wrap:anywhere}
details{border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}
table{border-collapse:collapse;width:100%}
td{vertical-align:top;text-align:left;padding:.25rem .75rem .25rem 0}
pre{overflow:auto;max-height:30rem;padding:.5rem;background:color-mix(in srgb,currentColor 7%,transparent)}
.get{color:#0a7d4f}.post{color:#2563c9}.delete{color:#c4314b}.put,.patch{color:#a86400}
@media(prefers-color-scheme:dark){.get{color:#5fd3a3}.post{color:#8ab4ff}.delete{color:#ff8b9f}.put,.patch{color:#ffc46b}}
`;
