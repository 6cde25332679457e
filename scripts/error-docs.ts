import { errorCatalogue } from '../packages/contracts/src/errors/index.ts';

const introduction = `# Errors

Every error of Holdfast has a code that never changes its meaning, says what happened, and what to do next. The
command line exits with the status shown; the HTTP API answers with a problem document of the HTTP status shown.

This page is made from the catalogue in \`packages/contracts/src/errors/\` by \`npm run docs:errors\`.
`;

/** The page of all errors, from the catalogue. */
export function errorDocs(): string {
  const entries = Object.entries(errorCatalogue)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, { title, hint, status, exit }]) =>
        `## \`${code}\`\n\n${title}. Exit status ${exit}, HTTP ${status}.\n\n**What to do:** ${hint}\n`,
    );
  return [introduction, ...entries].join('\n');
}
