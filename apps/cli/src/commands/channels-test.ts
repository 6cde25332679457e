import { type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { printFailure } from '../output/failure.ts';
import { markup } from '../output/markup.ts';

/** Really sends a message, and says what happened. */
export async function testChannel(context: CommandContext, name: string): Promise<ExitCode> {
  const { output } = context;
  const test = await (await context.client()).testChannel(name);
  if (output.json) output.document(test);
  else {
    if (test.error?.detail !== test.detail) output.line(markup`${test.detail}`);
    if (test.error !== undefined) printFailure(output, test.error);
  }
  return test.ok ? exitCodes.ok : exitCodes.failed;
}
