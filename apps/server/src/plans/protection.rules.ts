import type { StoredSource } from '../sources/source.ts';
import { type StoredPlan, scheduleOf } from './plan.ts';
import { latestRun, nextDue, nextRuns, withJitter } from './schedule.rules.ts';

const minuteMs = 60_000;
const shortestGraceMs = 15 * minuteMs;
const longestGraceMs = 6 * 60 * minuteMs;

/** What a plan expects of every source that it catches, at one moment. */
export interface Expectation {
  readonly plan: StoredPlan;
  /** A backup of this instant or later has to be there by now; absent while nothing is expected. */
  readonly since?: Date;
  readonly nextRun?: Date;
  /** Nothing of it changes before, as long as the plan does not. */
  readonly until: Date;
}

const longestUnchangedMs = 60 * minuteMs;

/** How long after it was due a run may take before a person is told: a quarter of the time to the next one. */
export function graceMs(intervalMs: number): number {
  return Math.min(longestGraceMs, Math.max(shortestGraceMs, intervalMs / 4));
}

/** A paused plan expects nothing. */
export function expectationOf(plan: StoredPlan, now: Date): Expectation {
  const latest = new Date(now.getTime() + longestUnchangedMs);
  if (!plan.enabled) return { plan, until: latest };
  const schedule = scheduleOf(plan);
  const nextRun = nextDue(schedule, now);
  let until = nextRun === undefined ? latest : earlier(latest, nextRun);
  const common = { plan, ...(nextRun === undefined ? {} : { nextRun }) };
  // No grace is longer: the interval may differ from run to run.
  for (let at = now, looks = 0; looks < 3; looks += 1) {
    const run = latestRun(schedule, at);
    if (run === undefined) break;
    const due = withJitter(run, schedule);
    const [following] = nextRuns(schedule, run);
    const grace = graceMs(following === undefined ? longestGraceMs : following.getTime() - run.getTime());
    const expected = new Date(due.getTime() + grace);
    if (expected.getTime() <= now.getTime()) return { ...common, since: due, until };
    until = earlier(until, expected);
    at = new Date(run.getTime() - 1000);
  }
  return { ...common, until };
}

function earlier(a: Date, b: Date): Date {
  return a.getTime() < b.getTime() ? a : b;
}

export interface Protection {
  readonly plans: readonly string[];
  readonly nextRun?: Date;
  readonly overdue: boolean;
  /** The backup that is missing was due then. */
  readonly overdueSince?: Date;
  /** Why nothing backs it up, though it could be; absent where something does. */
  readonly unplanned?: string;
}

/**
 * How a source stands with its plans.
 * @param newest when its newest state in a destination (absent: the default one) was taken
 */
export function protectionOf(
  source: Pick<StoredSource, 'since' | 'protected'>,
  expectations: readonly Expectation[],
  newest: (destinationId: string | undefined) => string | undefined,
): Protection {
  const enabled = expectations.filter(({ plan }) => plan.enabled);
  const next = enabled.flatMap(({ nextRun }) => nextRun ?? []).toSorted((a, b) => a.getTime() - b.getTime());
  const missing = enabled
    .flatMap(({ plan, since }) =>
      since !== undefined && isMissing(source, plan, since, newest) ? [since] : [],
    )
    .toSorted((a, b) => a.getTime() - b.getTime());
  const [nextRun] = next;
  const [overdueSince] = source.protected ? missing : [];
  const plans = expectations.map(({ plan }) => plan.name);
  return {
    plans,
    ...(nextRun === undefined ? {} : { nextRun }),
    overdue: overdueSince !== undefined,
    ...(overdueSince === undefined ? {} : { overdueSince }),
    ...(enabled.length > 0 ? {} : { unplanned: whyUnplanned(plans) }),
  };
}

function whyUnplanned(plans: readonly string[]): string {
  if (plans.length === 0) return 'No plan catches it.';
  return plans.length === 1 ? `Its plan ${plans[0]} is paused.` : `Its plans ${plans.join(', ')} are paused.`;
}

function isMissing(
  source: Pick<StoredSource, 'since'>,
  plan: StoredPlan,
  due: Date,
  newest: (destinationId: string | undefined) => string | undefined,
): boolean {
  // What was there neither as a source nor as this plan was not due.
  const begin = [plan.since, source.since ?? ''].toSorted().at(-1) ?? '';
  if (begin !== '' && Date.parse(begin) > due.getTime()) return false;
  const destinations = plan.destinationIds.length === 0 ? [undefined] : plan.destinationIds;
  return destinations.some((id) => {
    const time = newest(id);
    // The engine keeps whole seconds.
    return time === undefined || Date.parse(time) < Math.floor(due.getTime() / 1000) * 1000;
  });
}
