import type { LogLine, Operation } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { createLiveBlock } from './live-block.ts';
import { createPlainLines } from './plain-lines.ts';

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

/** A block that is redrawn on a terminal, single lines anywhere else. */
export function createProgressView({ host, output }: CommandContext, options: ProgressOptions): ProgressView {
  const { stderr, environment } = host;
  const live = stderr.isTTY === true && environment.TERM !== 'dumb';
  return live ? createLiveBlock(stderr, output.errorPalette, options) : createPlainLines(output, options);
}
