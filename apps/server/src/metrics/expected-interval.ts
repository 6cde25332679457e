import type { Clock } from '../clock.ts';
import { scheduleOf } from '../plans/plan.ts';
import type { PlansService } from '../plans/plans.service.ts';
import { nextRuns, type Schedule } from '../plans/schedule.rules.ts';
import type { Candidate } from '../plans/selection.rules.ts';
import { parsePlanLabels } from '../sources/plan-labels.ts';
import type { SourceFacts } from './metrics.store.ts';

/** Runs to look ahead: enough for the gaps of a week, whichever days a schedule leaves out. */
const runsAhead = 15;

const unchangedMs = 3_600_000;
const intervals = new Map<string, { readonly at: number; readonly seconds: number }>();
const mostIntervals = 5_000;

/** The longest time between two runs of a schedule, in seconds, of those that come next; anew every hour. */
export function longestInterval(schedule: Schedule, from: Date): number {
  // Jitter puts both runs off alike, or nearly so.
  const key = `${schedule.timeZone} ${schedule.cron}`;
  const at = Math.floor(from.getTime() / unchangedMs);
  const before = intervals.get(key);
  if (before?.at === at) return before.seconds;
  const runs = nextRuns(schedule, from, runsAhead).map((run) => run.getTime());
  const gaps = runs.slice(1).map((run, index) => run - (runs[index] ?? run));
  const seconds = Math.max(0, ...gaps) / 1000;
  if (intervals.size >= mostIntervals) intervals.clear();
  intervals.set(key, { at, seconds });
  return seconds;
}

/** Of each of some sources by its id, in seconds; those that no plan covers are left out. */
export type ExpectedIntervals = (sources: readonly SourceFacts[]) => ReadonlyMap<string, number>;

/**
 * How far apart the backups of a source may be, by the closest of the plans that catch it. A schedule is asked when a
 * source of it comes, not all of them at once: that takes long.
 */
export async function expectedIntervals({
  plans,
  clock,
}: {
  readonly plans: PlansService;
  readonly clock: Clock;
}): Promise<ExpectedIntervals> {
  const [stored, now] = [await plans.all(), clock.now()];
  return (sources) => {
    const chosen = plans.choose(sources.map(candidateOf), stored);
    return new Map(
      [...chosen].flatMap(([id, those]) => {
        const enabled = those.filter((plan) => plan.enabled);
        if (enabled.length === 0) return [];
        return [[id, Math.min(...enabled.map((plan) => longestInterval(scheduleOf(plan), now)))] as const];
      }),
    );
  };
}

function candidateOf({ plan_labels: labels, present, ...source }: SourceFacts): Candidate {
  return {
    ...source,
    present: present === 1,
    ...(labels === null ? {} : { planLabels: parsePlanLabels(labels) }),
  };
}
