import { type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';
import { shortResticId } from '../output/short-id.ts';

/** Says that a snapshot which looked suspicious is as it should be, so that retention goes on. */
export async function confirmSnapshot(context: CommandContext, id: string): Promise<ExitCode> {
  const { output } = context;
  const snapshot = await (await context.client()).confirmSnapshot(id);
  if (output.json) output.document(snapshot);
  else
    output.line(
      markup`${shortResticId(snapshot.resticId)} of ${snapshot.source} counts as ${snapshot.state} now.`,
    );
  return exitCodes.ok;
}
