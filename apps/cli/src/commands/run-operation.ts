import { type ExitCode, exitCodes, type Operation } from '@holdfast/contracts';
import { formatDuration } from '@holdfast/contracts/quantities';
import type { ApiClient } from '../api/api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { printFailure } from '../output/failure.ts';
import { type Fragment, markup } from '../output/markup.ts';
import { followOperation } from '../progress/follow-operation.ts';
import { elapsed } from '../progress/operation-tree.ts';
import { outcome } from '../progress/progress-line.ts';
import { exitCodeOfOperation } from './operations.ts';

/** Starts an operation, shows it to its end, and reports the operation itself. */
export async function runOperation(
  context: CommandContext,
  what: string,
  start: (client: ApiClient) => Promise<Operation>,
): Promise<ExitCode> {
  const { output } = context;
  const operation = await followOperation(context, await start(await context.client()));
  const code = exitCodeOfOperation(operation);
  if (output.json) {
    output.document(operation);
    return code;
  }
  if (operation.error !== undefined) printFailure(output, operation.error);
  output.line(
    markup`${what} ${outcome(operation, output.palette)} after ${formatDuration(elapsed(operation, Date.now()))}`,
  );
  if (code === exitCodes.ok) {
    for (const [name, value] of Object.entries(operation.result ?? {})) {
      output.line(markup`  ${name}: ${asText(value)}`);
    }
  }
  return code;
}

function asText(value: unknown): Fragment {
  return typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
}
