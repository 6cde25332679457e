import { describe, expect, it } from 'vitest';
import { dueNow, nextRuns } from './schedule.rules.ts';

const nightly = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
const at = (time: string) => new Date(time);
const due = (last: string, now: string) => dueNow(nightly, at(last), at(now))?.toISOString();

describe('what is due', () => {
  it('is nothing before the time, and the time itself from then on', () => {
    expect(due('2026-11-21T12:00:00Z', '2026-11-22T01:29:59Z')).toBeUndefined();
    expect(due('2026-11-21T12:00:00Z', '2026-11-22T01:30:00Z')).toBe('2026-11-22T01:30:00.000Z');
    expect(due('2026-11-22T01:30:00Z', '2026-11-22T01:30:15Z')).toBeUndefined();
  });

  it('is one run for any number that were missed', () => {
    expect(due('2026-11-01T01:30:00Z', '2026-11-22T09:00:00Z')).toBe('2026-11-22T01:30:00.000Z');
  });

  it('goes on when the clock had been in the future', () => {
    expect(due('2031-01-01T00:00:00Z', '2026-11-22T09:00:00Z')).toBeUndefined();
  });

  it('comes once on the days when the clocks change', () => {
    // 02:30 does not exist on 29 March 2026, and exists twice on 25 October.
    const from = (time: string) => nextRuns(nightly, at(time), 3).map((run) => run.toISOString());
    expect(from('2026-03-27T12:00:00Z').map((run) => run.slice(0, 10))).toEqual([
      '2026-03-28',
      '2026-03-29',
      '2026-03-30',
    ]);
    expect(from('2026-10-23T12:00:00Z').map((run) => run.slice(0, 10))).toEqual([
      '2026-10-24',
      '2026-10-25',
      '2026-10-26',
    ]);
  });
});
