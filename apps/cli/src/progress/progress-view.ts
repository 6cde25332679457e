import type { LogLine, Operation } from '@holdfast/contracts';

/** Shows how far an operation and its parts are, on standard error. */
export interface ProgressView {
  update(operation: Operation): void;
  log(operationId: string, line: LogLine): void;
  /** Leaves the screen as a person expects it; nothing is shown afterwards. */
  close(): void;
}

export interface ProgressOptions {
  /** Which lines of the operation's log are shown. */
  readonly logs: 'all' | 'problems';
}
