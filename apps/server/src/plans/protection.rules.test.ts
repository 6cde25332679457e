import { selectorSchema } from '@holdfast/contracts';
import { describe, expect, it } from 'vitest';
import type { StoredPlan } from './plan.ts';
import { expectationOf, graceMs, protectionOf } from './protection.rules.ts';

const began = '2026-11-01T00:00:00.000Z';
const daily: StoredPlan = {
  id: 'p1',
  name: 'daily',
  selector: selectorSchema.parse({ everything: true }),
  schedule: { preset: 'daily', hour: 2, minute: 0 },
  timeZone: 'UTC',
  destinationIds: [],
  retention: { recentHours: 24, daily: 30, weekly: 4, monthly: 6 },
  jitterSeconds: 0,
  enabled: true,
  isDefault: false,
  edited: true,
  createdAt: began,
  updatedAt: began,
  since: began,
  lastDue: began,
};
const source = { since: began, protected: true };

function standing(
  now: string,
  taken: Record<string, string>,
  plans: readonly StoredPlan[] = [daily],
  of: { since?: string; protected: boolean } = source,
) {
  const expectations = plans.map((plan) => expectationOf(plan, new Date(now)));
  return protectionOf(of, expectations, (id) => taken[id ?? 'standard']);
}

it('stays as it is until the instant that it names, and is another from then on', () => {
  const plan: StoredPlan = { ...daily, jitterSeconds: 600 };
  const minuteMs = 60_000;
  let from = new Date('2026-11-21T00:00:00Z');
  let changes = 0;
  while (from < new Date('2026-11-23T00:00:00Z')) {
    const { until, ...expected } = expectationOf(plan, from);
    expect(until.getTime()).toBeGreaterThan(from.getTime());
    for (let at = from.getTime(); at < until.getTime(); at += 7 * minuteMs) {
      const { until: _until, ...then } = expectationOf(plan, new Date(at));
      expect(then, new Date(at).toISOString()).toEqual(expected);
    }
    const { until: _until, ...next } = expectationOf(plan, until);
    if (JSON.stringify(next) !== JSON.stringify(expected)) changes += 1;
    from = until;
  }
  // Each day: another next run, and a backup that has to be there by now.
  expect(changes).toBe(4);
});

describe('overdue', () => {
  it.each([
    [5 * 60_000, 15 * 60_000],
    [2 * 3_600_000, 30 * 60_000],
    [7 * 86_400_000, 6 * 3_600_000],
  ])('of an interval of %d ms begins after a grace of %d ms', (interval, grace) => {
    expect(graceMs(interval)).toBe(grace);
  });

  it('is what has no backup since its run was due, once the grace is over', () => {
    const yesterday = { standard: '2026-11-21T02:00:03.000Z' };
    expect(standing('2026-11-22T07:59:00Z', yesterday).overdue).toBe(false);
    expect(standing('2026-11-22T08:00:00Z', yesterday)).toMatchObject({
      overdue: true,
      overdueSince: new Date('2026-11-22T02:00:00Z'),
      nextRun: new Date('2026-11-23T02:00:00Z'),
      plans: ['daily'],
    });
    expect(standing('2026-11-22T08:00:00Z', { standard: '2026-11-22T02:00:00.000Z' }).overdue).toBe(false);
  });

  it('is not what appeared, or whose plan was made, after the run was due', () => {
    const late = '2026-11-22T03:00:00.000Z';
    expect(standing('2026-11-22T12:00:00Z', {}, [daily], { ...source, since: late }).overdue).toBe(false);
    expect(standing('2026-11-22T12:00:00Z', {}, [{ ...daily, since: late }]).overdue).toBe(false);
    expect(standing('2026-11-23T12:00:00Z', {}, [{ ...daily, since: late }]).overdue).toBe(true);
  });

  it('looks at every destination, and every plan', () => {
    const far = { ...daily, destinationIds: ['near', 'far'] };
    const taken = { near: '2026-11-22T02:00:01.000Z', far: '2026-11-20T02:00:01.000Z' };
    expect(standing('2026-11-22T12:00:00Z', taken, [far]).overdue).toBe(true);
    expect(standing('2026-11-22T12:00:00Z', { ...taken, far: taken.near }, [far]).overdue).toBe(false);
    const hourly: StoredPlan = {
      ...daily,
      id: 'p2',
      name: 'hourly',
      schedule: { preset: 'hourly', minute: 0 },
    };
    const once = { standard: '2026-11-22T02:00:01.000Z' };
    expect(standing('2026-11-22T04:30:00Z', once, [daily, hourly])).toMatchObject({
      overdue: true,
      nextRun: new Date('2026-11-22T05:00:00Z'),
    });
  });

  it('is not what cannot be protected, nor what only paused plans catch; that is unplanned', () => {
    const now = '2026-11-22T12:00:00Z';
    expect(standing(now, {}, [daily], { ...source, protected: false }).overdue).toBe(false);
    const paused = standing(now, {}, [{ ...daily, enabled: false }]);
    expect(paused).toEqual({ plans: ['daily'], overdue: false, unplanned: 'Its plan daily is paused.' });
    expect(standing(now, {}, []).unplanned).toBe('No plan catches it.');
  });
});
