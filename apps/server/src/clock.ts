import { performance } from 'node:perf_hooks';

/** Time as the server sees it; injected so that tests can jump. */
export interface Clock {
  /** Wall-clock time: for people and for records. It may jump. */
  now(): Date;
  /** Milliseconds that only ever grow, within this process: for leases, timeouts and rates. */
  monotonic(): number;
}

export const systemClock: Clock = { now: () => new Date(), monotonic: () => performance.now() };

/** Wall-clock time as it is stored and sent: ISO 8601, UTC, milliseconds. Sorts as text. */
export function instant(clock: Clock): string {
  return clock.now().toISOString();
}
