import type { Operation } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { markup } from '../output/markup.ts';
import { createProgressView } from './create-progress-view.ts';
import { hasEnded } from './operation-tree.ts';
import type { ProgressOptions } from './progress-view.ts';

export interface FollowOptions extends ProgressOptions {
  /** What the first Ctrl-C does: `cancel` ends the operation and waits for that, `leave` only stops watching. */
  readonly onInterrupt: 'cancel' | 'leave';
}

/** What a shell reports for a program that Ctrl-C ended: 128 and the number of the signal. */
const interruptedExit = 130;

/** Shows an operation until it has ended, and gives its final state. A second Ctrl-C ends the program at once. */
export async function followOperation(
  context: CommandContext,
  operation: Operation,
  options: FollowOptions = { onInterrupt: 'cancel', logs: 'problems' },
): Promise<Operation> {
  const client = await context.client();
  const view = createProgressView(context, options);
  const stopListening = onInterrupts(context, operation.id, options, () => view.close());
  try {
    view.update(operation);
    if (hasEnded(operation)) return operation;
    for await (const event of client.operationEvents(operation.id)) {
      if (event.type === 'log') {
        view.log(event.operationId, event.line);
        continue;
      }
      view.update(event.operation);
      if (event.operation.id === operation.id && hasEnded(event.operation)) return event.operation;
    }
    throw new CommandError('server-unreachable', 'The server ended the stream of events too early.');
  } finally {
    stopListening();
    view.close();
  }
}

function onInterrupts(
  context: CommandContext,
  operationId: string,
  options: FollowOptions,
  cleanScreen: () => void,
): () => void {
  let interrupts = 0;
  return context.host.onInterrupt(() => {
    interrupts += 1;
    if (interrupts > 1 || options.onInterrupt === 'leave') {
      cleanScreen();
      context.host.exit(interruptedExit);
      return;
    }
    context.output.note(markup`Cancelling. Press Ctrl-C again to leave at once.`);
    context
      .client()
      .then((client) => client.cancelOperation(operationId))
      // It may have ended in this very moment; the stream says so.
      .catch((error: unknown) => context.output.warn(error instanceof Error ? error.message : String(error)));
  });
}
