import { type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';
import { hasEnded } from '../progress/operation-tree.ts';
import { outcome } from '../progress/progress-line.ts';

/** Asks an operation to end. It cleans up first; follow it to see the end. */
export async function cancel(context: CommandContext, id: string): Promise<ExitCode> {
  const { output } = context;
  const operation = await (await context.client()).cancelOperation(id);
  if (output.json) output.document(operation);
  else if (hasEnded(operation))
    output.line(markup`The operation is over: ${outcome(operation, output.palette)}.`);
  else output.line(markup`Cancelling. Watch it with: holdfast operations --follow ${operation.id}`);
  return exitCodes.ok;
}
