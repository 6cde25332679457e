import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, decideRetention, type RetentionSettings } from './retention.rules.ts';

const hour = 3_600_000;
const now = new Date('2026-11-22T12:00:00Z');
const settings: RetentionSettings = {
  policy: { recentHours: 0, daily: 30, weekly: 4, monthly: 6 },
  timeZone: 'Europe/Berlin',
  now,
};

const complete = { environment: 'shop', state: 'complete', last: false } as const;
const partial = { environment: 'shop', state: 'partial', last: false } as const;

/** In order of arrival; times in hours before now. */
function history(hoursAgo: readonly number[], change: (index: number) => Partial<Candidate> = () => ({})) {
  return hoursAgo.map(
    (ago, index): Candidate => ({
      id: `s${index}`,
      arrival: index,
      time: new Date(now.getTime() - ago * hour),
      state: 'good',
      proven: false,
      ...change(index),
    }),
  );
}

function keptOf(candidates: readonly Candidate[], changed: Partial<RetentionSettings> = {}): Candidate[] {
  const decisions = decideRetention(candidates, { ...settings, ...changed });
  const kept = new Set(decisions.filter(({ keep }) => keep).map(({ id }) => id));
  return candidates.filter(({ id }) => kept.has(id));
}

describe('the default policy', () => {
  it('keeps every backup of the last day, and one of each day before', () => {
    const policy = { recentHours: 24, daily: 30, weekly: 4, monthly: 6 };
    const kept = keptOf(history([40, 38, 23, 5, 1]), { policy });
    expect(kept.map(({ id }) => id)).toEqual(['s1', 's2', 's3', 's4']);
  });

  it('keeps 30 days, 4 weeks and 6 months of a daily year', () => {
    const kept = keptOf(history(Array.from({ length: 365 }, (_, day) => (364 - day) * 24)));
    // The weeks lie within the 30 days. Of the 6 months, November and October end within them, too.
    expect(kept).toHaveLength(34);
    expect(kept.map(({ time }) => time.toISOString().slice(0, 10)).slice(0, 5)).toEqual([
      '2026-06-30',
      '2026-07-31',
      '2026-08-31',
      '2026-09-30',
      '2026-10-24',
    ]);
  });

  it('keeps the newest of a day, by the clock on the wall of the zone', () => {
    const times = ['2026-11-20T22:30:00Z', '2026-11-20T23:30:00Z', '2026-11-21T10:00:00Z'];
    const candidates = history([0, 0, 0], (index) => ({ time: new Date(times[index] ?? '') }));
    const policy = { recentHours: 0, daily: 9, weekly: 0, monthly: 0 };
    const ids = (timeZone: string) => keptOf(candidates, { policy, timeZone }).map(({ id }) => id);
    expect(ids('Europe/Berlin')).toEqual(['s0', 's2']);
    expect(ids('UTC')).toEqual(['s1', 's2']);
  });

  it('says why for each', () => {
    const policy = { recentHours: 0, daily: 1, weekly: 0, monthly: 0 };
    const decisions = decideRetention(history([48, 0]), { ...settings, policy });
    expect(decisions).toMatchObject([
      {
        keep: false,
        reasons: ['older than 1 daily, 0 weekly and 0 monthly ones, or not the newest of its day'],
      },
      { keep: true, reasons: ['the last good one', 'the newest one', 'daily 1 of 1'] },
    ]);
  });

  it('waits while the newest is suspicious', () => {
    const candidates = history([96, 72, 48, 0], (index) => (index === 3 ? { state: 'suspicious' } : {}));
    expect(keptOf(candidates, { policy: { recentHours: 0, daily: 1, weekly: 0, monthly: 0 } })).toHaveLength(
      4,
    );
  });

  it('keeps the last proven one however old it is', () => {
    const candidates = history([9000, 48, 0], (index) => ({ proven: index === 0 }));
    const kept = keptOf(candidates, { policy: { recentHours: 0, daily: 1, weekly: 0, monthly: 0 } });
    expect(kept.map(({ id }) => id)).toEqual(['s0', 's2']);
  });

  it('keeps what was dated while the clock was wrong, and counts it for nothing', () => {
    // A clock that was 4 years ahead for 40 days of passes, and was then set right.
    const wrong = Array.from({ length: 40 }, (_, day) => -35_000 - day * 24);
    const right = Array.from({ length: 30 }, (_, day) => (70 - day) * 24);
    const candidates = history([...right, ...wrong, 24, 0]);
    const kept = keptOf(candidates);
    expect(kept).toEqual(expect.arrayContaining(candidates.slice(-2)));
    expect(kept).toEqual(expect.arrayContaining(candidates.slice(2, 30)));
    // The same when the day comes that the wrong clock had shown.
    const later = new Date(now.getTime() + 50_000 * hour);
    expect(keptOf(candidates, { now: later })).toEqual(expect.arrayContaining(candidates.slice(2, 30)));
  });
});

describe('recovery points', () => {
  const policy = { recentHours: 0, daily: 2, weekly: 0, monthly: 0 };
  const keptIds = (candidates: readonly Candidate[]) => keptOf(candidates, { policy }).map(({ id }) => id);

  it('a partial one takes the place of no other of its day, and stays where there is no other', () => {
    const points = [partial, complete, partial, partial, partial];
    const candidates = history([60, 30, 29, 4, 3], (index) => ({ point: points[index] }));
    expect(keptIds(candidates)).toEqual(['s1', 's4']);
    const removed = decideRetention(candidates, { ...settings, policy }).find(({ id }) => id === 's2');
    expect(removed?.reasons.join()).toContain('of a partial recovery point');
  });

  it('a complete one stays beside a newer backup of the source alone', () => {
    const candidates = history([32, 31, 30, 0], (index) => (index === 1 ? { point: complete } : {}));
    expect(keptIds(candidates)).toEqual(['s1', 's2', 's3']);
    const kept = decideRetention(candidates, { ...settings, policy }).find(({ id }) => id === 's1');
    expect(kept?.reasons).toEqual(['daily 2 of 2, of the newest complete recovery point']);
  });

  it('the last complete one stays however old it is, and says so', () => {
    const last = { ...complete, last: true };
    const candidates = history([9000, 48, 24, 0], (index) => ({ point: index === 0 ? last : partial }));
    expect(keptIds(candidates)).toEqual(['s0', 's2', 's3']);
    expect(decideRetention(candidates, { ...settings, policy })[0]?.reasons).toEqual([
      'of the last complete recovery point of shop',
    ]);
  });
});

describe('whatever the history', () => {
  const candidate = fc.record({
    ago: fc.oneof(fc.integer({ min: -50_000, max: 50_000 }), fc.integer({ min: 0, max: 2_000 })),
    state: fc.constantFrom('good' as const, 'good' as const, 'good' as const, 'suspicious' as const),
    proven: fc.boolean(),
    point: fc.constantFrom(undefined, undefined, complete, partial, { ...complete, last: true }),
  });
  const histories = fc.array(candidate, { maxLength: 40 }).map((entries) =>
    history(
      entries.map(({ ago }) => ago),
      (index) => ({
        state: entries[index]?.state ?? 'good',
        proven: entries[index]?.proven ?? false,
        point: entries[index]?.point,
      }),
    ),
  );
  const policies = fc.record({
    recentHours: fc.constantFrom(0, 1, 24, 1000),
    daily: fc.integer({ min: 0, max: 10 }),
    weekly: fc.integer({ min: 0, max: 5 }),
    monthly: fc.integer({ min: 0, max: 5 }),
  });

  it('the last good one stays, and so do suspicious ones', () => {
    fc.assert(
      fc.property(histories, policies, (candidates, policy) => {
        const kept = new Set(keptOf(candidates, { policy }));
        const last = candidates.findLast(({ state }) => state === 'good');
        expect(last === undefined || kept.has(last)).toBe(true);
        expect(candidates.every((entry) => entry.state === 'good' || kept.has(entry))).toBe(true);
      }),
    );
  });

  it('every snapshot is decided once, with a reason, and a second time removes nothing', () => {
    fc.assert(
      fc.property(histories, policies, (candidates, policy) => {
        const decisions = decideRetention(candidates, { ...settings, policy });
        expect(decisions.map(({ id }) => id)).toEqual(candidates.map(({ id }) => id));
        expect(decisions.every(({ reasons }) => reasons.length > 0)).toBe(true);
        const kept = keptOf(candidates, { policy });
        expect(keptOf(kept, { policy })).toEqual(kept);
      }),
    );
  });

  it('partial recovery points push nothing out on days that have another', () => {
    const hour24 = fc.integer({ min: 0, max: 23 });
    const day = fc.record({
      other: hour24,
      point: fc.constantFrom(undefined, complete),
      partials: fc.array(hour24),
    });
    const days = fc.array(day, { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(days, policies, (calendar, policy) => {
        const entries = calendar.flatMap(({ other, point, partials }, index) => {
          const midnight = Date.UTC(2026, 10, 21 - index);
          return [{ hours: other, point }, ...partials.map((hours) => ({ hours, point: partial }))].map(
            (entry) => ({ ...entry, time: new Date(midnight + entry.hours * hour) }),
          );
        });
        const candidates = entries
          .toSorted((a, b) => a.time.getTime() - b.time.getTime())
          .map(
            ({ time, point }, index): Candidate => ({
              id: `s${index}`,
              arrival: index,
              state: 'good',
              proven: false,
              time,
              point,
            }),
          );
        const rules = { policy: { ...policy, daily: policy.daily + 1 }, timeZone: 'UTC' };
        const kept = new Set(keptOf(candidates, rules));
        const alone = keptOf(
          candidates.filter(({ point }) => point !== partial),
          rules,
        );
        expect(alone.every((entry) => kept.has(entry))).toBe(true);
      }),
    );
  });

  it('snapshots dated in the future push nothing out', () => {
    const future = fc.array(fc.integer({ min: 2, max: 50_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(histories, policies, future, (candidates, policy, ahead) => {
        const injected = ahead.map(
          (hours, index): Candidate => ({
            id: `future${index}`,
            // Before everything else, so that the newest arrival stays what it was.
            arrival: -1 - index,
            time: new Date(now.getTime() + hours * hour),
            state: 'good',
            proven: false,
          }),
        );
        const without = keptOf(candidates, { policy });
        const withFuture = new Set(keptOf([...injected, ...candidates], { policy }));
        expect(without.every((entry) => withFuture.has(entry))).toBe(true);
      }),
    );
  });
});
