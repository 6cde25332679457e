import type { Progress } from '@holdfast/contracts';
import type { Clock } from '../clock.ts';

/** The rate shown is the one of the last few seconds. */
const rateWindowMs = 5_000;

export interface ProgressTracker {
  step(name: string): void;
  update(progress: { bytesDone: number; bytesTotal?: number }): void;
  current(): Progress | undefined;
}

/** How far one operation is, in memory; the rate comes from the monotonic clock. */
export function createProgressTracker(clock: Clock): ProgressTracker {
  let progress: Progress | undefined;
  let samples: { at: number; bytes: number }[] = [];

  return {
    step(name) {
      progress = { step: name, bytesDone: 0 };
      samples = [];
    },
    update({ bytesDone, bytesTotal }) {
      const at = clock.monotonic();
      samples = [...samples.filter((sample) => sample.at >= at - rateWindowMs), { at, bytes: bytesDone }];
      const oldest = samples[0];
      const elapsed = oldest === undefined ? 0 : at - oldest.at;
      progress = {
        step: progress?.step ?? 'working',
        bytesDone,
        bytesTotal,
        bytesPerSecond:
          oldest === undefined || elapsed <= 0
            ? undefined
            : Math.max(0, Math.round(((bytesDone - oldest.bytes) / elapsed) * 1000)),
      };
    },
    current: () => progress,
  };
}
