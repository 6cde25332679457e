import { type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';
import { confirmByTyping } from '../prompts/confirm-by-typing.ts';
import { assertApplicable, countWords, printChanges } from './configuration-changes.ts';
import type { DiffOptions } from './configuration-diff.ts';
import { readDocument } from './configuration-document.ts';

export interface ApplyOptions extends DiffOptions {
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

/** Shows what differs, asks, and makes it as the document says. */
export async function applyConfiguration(
  context: CommandContext,
  { file, prune = false, yes = false, force = false, dryRun = false }: ApplyOptions,
): Promise<ExitCode> {
  const { output } = context;
  const read = await readDocument(context, file);
  const client = await context.client();
  const document = read.configuration;
  const diff = await client.diffConfiguration({ document, prune });
  assertApplicable(context, diff, read);
  if (!output.json) printChanges(output, diff.changes);
  if (diff.changes.length > 0 && !yes && !dryRun) {
    output.note(markup`${countWords(diff.changes)}.`);
    await confirmByTyping(context, 'apply');
  }
  const { changes } = await client.applyConfiguration({ document, prune, force, dryRun });
  if (output.json) output.document({ changes, applied: !dryRun });
  else if (changes.length === 0) output.line(markup`Nothing differs; nothing was changed.`);
  else if (dryRun)
    output.line(markup`All of it can be applied (${countWords(changes)}); nothing was changed.`);
  else output.line(markup`Applied.`);
  return exitCodes.ok;
}
