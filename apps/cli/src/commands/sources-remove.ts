import { type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';

/** Takes back a declaration. Snapshots that exist stay. */
export async function removeSource(context: CommandContext, name: string): Promise<ExitCode> {
  await (await context.client()).removeSource(name);
  if (context.output.json) context.output.document({ removed: name });
  else context.output.line(markup`Removed ${name}. Its snapshots are still there.`);
  return exitCodes.ok;
}
