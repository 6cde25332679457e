import type { RetentionPolicy } from '@holdfast/contracts';
import type { Standing } from '../recovery-points/recovery-point.rules.ts';
import { dayOf, monthOf, weekOf } from './periods.ts';

/** What the decision looks at, of the snapshots of one source in one destination. */
export interface Candidate {
  readonly id: string;
  /** Order of arrival, which no clock can change. */
  readonly arrival: number;
  readonly time: Date;
  readonly state: 'good' | 'suspicious';
  /** A restore of it was compared with what was counted. */
  readonly proven: boolean;
  /** The recovery point that it belongs to; a backup of one source alone belongs to none. */
  readonly point?: Standing;
}

export interface Decision {
  readonly id: string;
  readonly keep: boolean;
  /** Why it stays, or why it goes; never empty. */
  readonly reasons: readonly string[];
}

export interface RetentionSettings {
  readonly policy: RetentionPolicy;
  readonly timeZone: string;
  readonly now: Date;
}

const hourMs = 60 * 60 * 1000;

/** Clocks may differ by so much without anything being wrong. */
const toleranceMs = hourMs;

/**
 * What to keep of one source in one destination: whatever is recent, and the newest snapshot of each of the last so many days, weeks
 * and months that have one. Only good snapshots count; suspicious and misdated ones stay and count for nothing.
 * Within a period a snapshot of a partial recovery point never takes the place of another, and one of a complete point
 * stays beside a newer backup of the source alone; the last complete point of an environment stays whole.
 * Deciding again on what was kept removes nothing more.
 */
export function decideRetention(candidates: readonly Candidate[], settings: RetentionSettings): Decision[] {
  let removed = new Map<string, Decision>();
  for (;;) {
    const rest = candidates.filter(({ id }) => !removed.has(id));
    const decisions = decideOnce(rest, settings);
    const going = decisions.filter(({ keep }) => !keep);
    if (going.length === 0) {
      const kept = new Map(decisions.map((decision) => [decision.id, decision]));
      return candidates.flatMap(({ id }) => kept.get(id) ?? removed.get(id) ?? []);
    }
    // What left may have been the witness against the date of another: look again.
    removed = new Map([...removed, ...going.map((decision) => [decision.id, decision] as const)]);
  }
}

/** One of several policies that keep the same snapshots; the name tells them apart. */
export interface NamedSettings extends RetentionSettings {
  readonly name: string;
}

/** Keeps what any of the policies keeps. With none, everything stays. */
export function decideByAll(candidates: readonly Candidate[], all: readonly NamedSettings[]): Decision[] {
  const [only, ...others] = all;
  if (only === undefined) {
    return candidates.map(({ id }) => ({ id, keep: true, reasons: ['no plan says how long to keep it'] }));
  }
  if (others.length === 0) return decideRetention(candidates, only);
  const byPolicy = all.map((settings) => ({
    name: settings.name,
    decisions: new Map(decideRetention(candidates, settings).map((decision) => [decision.id, decision])),
  }));
  return candidates.map(({ id }) => {
    const decisions = byPolicy.flatMap(({ name, decisions: known }) => {
      const decision = known.get(id);
      return decision === undefined ? [] : [{ name, ...decision }];
    });
    const keeping = decisions.filter(({ keep }) => keep);
    const reasons = (keeping.length > 0 ? keeping : decisions).flatMap(({ name, reasons: why }) =>
      why.map((reason) => `${name}: ${reason}`),
    );
    return { id, keep: keeping.length > 0, reasons };
  });
}

function decideOnce(candidates: readonly Candidate[], settings: RetentionSettings): Decision[] {
  const last = newest(candidates, byArrival);
  if (last?.state === 'suspicious') {
    const reason = 'retention waits until someone confirms the newest snapshot, which is suspicious';
    return candidates.map(({ id }) => ({ id, keep: true, reasons: [reason] }));
  }
  const reasons = new Map<Candidate, string[]>(candidates.map((candidate) => [candidate, []]));
  const mark = (candidate: Candidate | undefined, reason: string): void => {
    if (candidate !== undefined) reasons.get(candidate)?.push(reason);
  };
  const good = candidates.filter(({ state }) => state === 'good');
  const wellDated = new Set(withoutMisdated(good, settings.now));
  for (const candidate of candidates) {
    if (candidate.state === 'suspicious') mark(candidate, 'suspicious; only a person removes it');
    else if (!wellDated.has(candidate)) mark(candidate, 'its date cannot be right; only a person removes it');
  }
  const counted = [...wellDated].toSorted(byTime).reverse();
  mark(newest(good, byArrival), 'the last good one');
  mark(counted[0], 'the newest one');
  mark(
    newest(
      good.filter(({ proven }) => proven),
      byArrival,
    ),
    'the last proven one',
  );
  for (const candidate of good) {
    const { point } = candidate;
    if (point?.last === true) mark(candidate, `of the last complete recovery point of ${point.environment}`);
  }
  const { recentHours } = settings.policy;
  const recent = settings.now.getTime() - recentHours * hourMs;
  for (const candidate of counted) {
    if (candidate.time.getTime() > recent) mark(candidate, `made within the last ${recentHours} hours`);
  }
  for (const rule of rules(settings)) {
    for (const [index, period] of periodsOf(counted, rule).entries()) {
      const reason = `${rule.name} ${index + 1} of ${rule.count}`;
      const chosen = chooseOf(period);
      mark(chosen, reason);
      if (chosen?.point?.state === 'complete') continue;
      mark(period.find(isOfComplete), `${reason}, of the newest complete recovery point`);
    }
  }
  return candidates.map((candidate) => {
    const why = reasons.get(candidate) ?? [];
    return {
      id: candidate.id,
      keep: why.length > 0,
      reasons: why.length > 0 ? why : [beyond(settings.policy, candidate)],
    };
  });
}

function beyond({ daily, weekly, monthly }: RetentionPolicy, { point }: Candidate): string {
  const old = `older than ${daily} daily, ${weekly} weekly and ${monthly} monthly ones, or not the newest of its day`;
  return point?.state === 'partial' ? `${old}, or of a partial recovery point where another stays` : old;
}

interface Rule {
  readonly name: string;
  readonly count: number;
  readonly periodOf: (time: Date) => string;
}

function rules({ policy, timeZone }: RetentionSettings): Rule[] {
  return [
    { name: 'daily', count: policy.daily, periodOf: (time) => dayOf(time, timeZone) },
    { name: 'weekly', count: policy.weekly, periodOf: (time) => weekOf(time, timeZone) },
    { name: 'monthly', count: policy.monthly, periodOf: (time) => monthOf(time, timeZone) },
  ];
}

/** At most `count` periods, each with its candidates in the order given. */
function periodsOf(newestFirst: readonly Candidate[], rule: Rule): (readonly Candidate[])[] {
  const periods = Map.groupBy(newestFirst, ({ time }) => rule.periodOf(time));
  return [...periods.values()].slice(0, rule.count);
}

/** The newest of a period; one of a partial recovery point only where there is no other. */
function chooseOf(newestFirst: readonly Candidate[]): Candidate | undefined {
  return newestFirst.find(({ point }) => point?.state !== 'partial') ?? newestFirst[0];
}

function isOfComplete({ point }: Candidate): boolean {
  return point?.state === 'complete';
}

/**
 * Leaves out what is dated in the future, and what is dated after something that arrived later: the clock was
 * wrong when one of the two was made, and such dates must not push good snapshots out.
 */
function withoutMisdated(good: readonly Candidate[], now: Date): Candidate[] {
  let earliestLater = now.getTime();
  const kept: Candidate[] = [];
  for (const candidate of good.toSorted(byArrival).reverse()) {
    const time = candidate.time.getTime();
    if (time <= earliestLater + toleranceMs) kept.push(candidate);
    earliestLater = Math.min(earliestLater, time);
  }
  return kept;
}

function byArrival(a: Candidate, b: Candidate): number {
  return a.arrival - b.arrival;
}

function byTime(a: Candidate, b: Candidate): number {
  return a.time.getTime() - b.time.getTime() || byArrival(a, b);
}

function newest(
  candidates: readonly Candidate[],
  order: (a: Candidate, b: Candidate) => number,
): Candidate | undefined {
  return candidates.toSorted(order).at(-1);
}
