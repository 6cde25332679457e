import { configurationJsonSchema, type ExitCode, exitCodes } from '@holdfast/contracts';
import { stringify } from 'yaml';
import type { CommandContext } from '../command-context.ts';

export interface ExportOptions {
  readonly schema?: boolean;
}

const header = `# yaml-language-server: $schema=./holdfast.schema.json
# Made by: holdfast export. The schema beside it: holdfast export --schema > holdfast.schema.json
# Secrets are not in here. "stored: true" keeps the one that the server has; a server that has none takes it
# with { fromEnvironment: NAME } or { fromFile: /path } from where it runs.
`;

/** Prints what is configured, in a form that `apply` takes. */
export async function exportConfiguration(
  context: CommandContext,
  options: ExportOptions,
): Promise<ExitCode> {
  const { output, host } = context;
  if (options.schema === true) {
    output.document(configurationJsonSchema());
    return exitCodes.ok;
  }
  const document = await (await context.client()).configuration();
  if (output.json) output.document(document);
  else host.stdout.write(`${header}${stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })}`);
  return exitCodes.ok;
}
