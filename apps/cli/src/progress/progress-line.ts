import type { Operation } from '@holdfast/contracts';
import { formatBytes, formatDuration } from '@holdfast/contracts/quantities';
import { join, type Markup, markup, type Palette } from '../output/markup.ts';
import { elapsed, hasEnded } from './operation-tree.ts';

/** Where one operation is, in a line: step, bytes, rate and time while it runs, the outcome when it has ended. */
export function progressLine(operation: Operation, now: number, palette: Palette): Markup {
  const time = formatDuration(elapsed(operation, now));
  if (hasEnded(operation)) return markup`${outcome(operation, palette)} after ${time}`;
  const { progress } = operation;
  if (operation.state === 'queued' || progress === undefined) return markup`${operation.state} · ${time}`;
  const parts = [progress.step];
  if (progress.bytesDone > 0) {
    const total = progress.bytesTotal === undefined ? '' : ` of ${formatBytes(progress.bytesTotal)}`;
    parts.push(`${formatBytes(progress.bytesDone)}${total}`);
  }
  if (progress.bytesPerSecond !== undefined && progress.bytesPerSecond > 0) {
    parts.push(`${formatBytes(progress.bytesPerSecond)}/s`);
  }
  return join([...parts, time], ' · ');
}

export function outcome(operation: Operation, palette: Palette): Markup {
  if (operation.state === 'succeeded') return palette.green('succeeded');
  if (operation.state === 'failed') return palette.red('failed');
  return palette.yellow(operation.state);
}
