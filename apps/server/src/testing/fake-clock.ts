import type { Clock } from '../clock.ts';

export interface FakeClock extends Clock {
  /** Sets the clock on the wall; the monotonic one goes on undisturbed. */
  jumpTo(time: string): void;
  /** Both clocks go on. */
  advance(milliseconds: number): void;
}

export function createFakeClock(start = '2026-11-22T10:00:00Z'): FakeClock {
  let wall = Date.parse(start);
  let monotonic = 1_000;
  return {
    now: () => new Date(wall),
    monotonic: () => monotonic,
    jumpTo(time) {
      wall = Date.parse(time);
    },
    advance(milliseconds) {
      wall += milliseconds;
      monotonic += milliseconds;
    },
  };
}
