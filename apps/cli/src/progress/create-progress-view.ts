import type { CommandContext } from '../command-context.ts';
import { createLiveBlock } from './live-block.ts';
import { createPlainLines } from './plain-lines.ts';
import type { ProgressOptions, ProgressView } from './progress-view.ts';

/** A block that is redrawn on a terminal, single lines anywhere else. */
export function createProgressView({ host, output }: CommandContext, options: ProgressOptions): ProgressView {
  const { stderr, environment } = host;
  const live = stderr.isTTY === true && environment.TERM !== 'dumb';
  return live ? createLiveBlock(stderr, output.errorPalette, options) : createPlainLines(output, options);
}
