import { type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';
import { assertApplicable, countWords, printChanges } from './configuration-changes.ts';
import { readDocument } from './configuration-document.ts';

export interface DiffOptions {
  readonly file: string;
  readonly prune?: boolean;
}

/** Shows what applying the document would change; `different` where that is anything. */
export async function diffConfiguration(
  context: CommandContext,
  { file, prune = false }: DiffOptions,
): Promise<ExitCode> {
  const { output } = context;
  const read = await readDocument(context, file);
  const client = await context.client();
  const diff = await client.diffConfiguration({ document: read.configuration, prune });
  assertApplicable(context, diff, read);
  const { changes } = diff;
  if (output.json) output.document({ changes });
  else if (changes.length === 0) output.line(markup`Nothing differs.`);
  else {
    printChanges(output, changes);
    output.line(
      markup`${countWords(changes)}. Apply with: holdfast apply -f ${file}${prune ? ' --prune' : ''}`,
    );
  }
  return changes.length === 0 ? exitCodes.ok : exitCodes.different;
}
