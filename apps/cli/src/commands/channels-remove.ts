import { type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';

/** Forgets a channel, its secrets, and what waited to be sent by it. */
export async function removeChannel(context: CommandContext, name: string): Promise<ExitCode> {
  await (await context.client()).removeChannel(name);
  if (context.output.json) context.output.document({ removed: name });
  else context.output.line(markup`Removed ${name}.`);
  return exitCodes.ok;
}
