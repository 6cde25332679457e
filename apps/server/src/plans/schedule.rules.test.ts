import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dueNow,
  latestRun,
  nextDue,
  nextDues,
  nextRuns,
  type Schedule,
  withJitter,
} from './schedule.rules.ts';

const nightly = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
const at = (time: string) => new Date(time);
const due = (last: string, now: string) => dueNow(nightly, at(last), at(now))?.toISOString();
const runs = (cron: string, timeZone: string, from: string, count: number) =>
  nextRuns({ cron, timeZone }, at(from), count).map((run) => run.toISOString());

it('remembers what is due next, and only as long as it is', () => {
  const schedule = { cron: '*/15 * * * *', timeZone: 'Europe/Berlin', jitterSeconds: 120, seed: 'p1' };
  const instants = Array.from(
    { length: 60 },
    (_, index) => Date.parse('2026-11-22T01:00:00Z') + index * 77_000,
  );
  for (const time of [...instants, ...instants.toReversed()]) {
    expect(nextDue(schedule, new Date(time))).toEqual(nextDues(schedule, new Date(time))[0]);
  }
  expect(nextDue({ cron: '0 0 31 2 *', timeZone: 'UTC' }, at('2026-11-22T00:00:00Z'))).toBeUndefined();
});

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
});

describe('the days when the clocks change', () => {
  it('bring one run: in Berlin 02:30 is missing in March, and comes twice in October', () => {
    expect(runs('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
    expect(runs('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  it('bring one run in New York, and keep four runs a day six hours apart on the wall', () => {
    expect(
      runs('30 2 * * *', 'America/New_York', '2026-03-07T12:00:00Z', 2).map((run) => run.slice(0, 10)),
    ).toEqual(['2026-03-08', '2026-03-09']);
    expect(runs('0 */6 * * *', 'America/New_York', '2026-11-01T00:00:00Z', 4)).toEqual([
      '2026-11-01T04:00:00.000Z',
      '2026-11-01T11:00:00.000Z',
      '2026-11-01T17:00:00.000Z',
      '2026-11-01T23:00:00.000Z',
    ]);
  });

  it('shift by half an hour on Lord Howe Island', () => {
    expect(runs('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00:00Z', 2)).toEqual([
      '2026-10-03T15:30:00.000Z',
      '2026-10-04T15:15:00.000Z',
    ]);
    expect(runs('45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T00:00:00Z', 2)).toEqual([
      '2026-04-04T14:45:00.000Z',
      '2026-04-05T15:15:00.000Z',
    ]);
  });

  it('do not exist in Kolkata', () => {
    const times = runs('30 2 * * *', 'Asia/Kolkata', '2026-01-01T00:00:00Z', 366);
    expect(new Set(times.map((run) => run.slice(11)))).toEqual(new Set(['21:00:00.000Z']));
  });

  it('bring every hour of a schedule that runs every hour', () => {
    const times = runs('0 * * * *', 'Europe/Berlin', '2026-10-24T20:30:00Z', 8).map((run) => Date.parse(run));
    expect(new Set(times.slice(1).map((time, index) => time - (times[index] ?? 0)))).toEqual(
      new Set([3_600_000]),
    );
  });
});

describe('jitter', () => {
  const jittered: Schedule = { ...nightly, jitterSeconds: 600, seed: 'plan-1' };

  it('puts a run off within its bounds, always by the same', () => {
    const [run] = nextRuns(jittered, at('2026-11-22T12:00:00Z'));
    if (run === undefined) throw new Error('never due');
    const put = withJitter(run, jittered).getTime() - run.getTime();
    expect(put).toBeGreaterThanOrEqual(0);
    expect(put).toBeLessThanOrEqual(600_000);
    expect(withJitter(run, { ...jittered }).getTime() - run.getTime()).toBe(put);
  });

  it('differs between plans, and between runs of one', () => {
    const of = (seed: string) =>
      nextDues({ ...jittered, seed }, at('2026-11-22T12:00:00Z'), 5).map((time) =>
        time.toISOString().slice(11),
      );
    expect(of('plan-1')).not.toEqual(of('plan-2'));
    expect(new Set(of('plan-1')).size).toBeGreaterThan(1);
  });
});

describe('over any course of the clock', () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'];
  const crons = ['30 2 * * *', '*/30 * * * *', '0 */6 * * *', '15 1 * * 0', '7 * * * *'];
  const schedule = fc.record({
    cron: fc.constantFrom(...crons),
    timeZone: fc.constantFrom(...zones),
    jitterSeconds: fc.constantFrom(0, 60, 800),
    seed: fc.constantFrom('a', 'b'),
  });
  /** Steps of the clock in seconds: small ticks, long sleeps, and a few jumps back. */
  const steps = fc.array(
    fc.oneof(
      fc.integer({ min: 1, max: 1_800 }),
      fc.integer({ min: 1, max: 200_000 }),
      fc.integer({ min: -7_200, max: -1 }),
    ),
    {
      minLength: 5,
      maxLength: 60,
    },
  );
  const start = fc.integer({
    min: Date.parse('2026-03-20T00:00:00Z'),
    max: Date.parse('2026-11-10T00:00:00Z'),
  });

  it('acts on a run at most once, never early, and on the latest that is due', () => {
    fc.assert(
      fc.property(schedule, start, steps, (timed, from, moves) => {
        let now = from;
        let last = new Date(from);
        const acted: number[] = [];
        for (const move of moves) {
          now += move * 1000;
          const run = dueNow(timed, last, new Date(now));
          if (run === undefined) continue;
          expect(withJitter(run, timed).getTime()).toBeLessThanOrEqual(now);
          expect(run.getTime()).toBe(latestRun(timed, new Date(now))?.getTime());
          acted.push(run.getTime());
          last = run;
          // Asking again, as after a restart, finds nothing.
          expect(dueNow(timed, last, new Date(now))).toBeUndefined();
        }
        expect(acted).toEqual([...new Set(acted)].toSorted((a, b) => a - b));
      }),
      { numRuns: 60 },
    );
  });

  it('misses none while it looks often enough', () => {
    fc.assert(
      fc.property(schedule, start, (timed, from) => {
        const until = from + 3 * 86_400_000;
        const expected = nextRuns(timed, new Date(from), 200).filter(
          (run) => withJitter(run, timed).getTime() <= until,
        );
        const acted: number[] = [];
        let last = new Date(from);
        for (let now = from; now <= until; now += 600_000) {
          const run = dueNow(timed, last, new Date(now));
          if (run === undefined) continue;
          acted.push(run.getTime());
          last = run;
        }
        const run = dueNow(timed, last, new Date(until));
        if (run !== undefined) acted.push(run.getTime());
        expect(acted).toEqual(expected.map((time) => time.getTime()));
      }),
      { numRuns: 8 },
    );
  });
});
