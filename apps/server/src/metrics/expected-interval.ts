import type { Clock } from '../clock.ts';
import { scheduleOf } from '../plans/plan.ts';
import type { PlansService } from '../plans/plans.service.ts';
import { nextRuns, type Schedule } from '../plans/schedule.rules.ts';
import type { SourcesService } from '../sources/sources.service.ts';

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

/** Of each source by its id: how far apart its backups may be, by the closest of the plans that catch it; in seconds. */
export async function expectedIntervals({
  plans,
  sources,
  clock,
}: {
  readonly plans: PlansService;
  readonly sources: SourcesService;
  readonly clock: Clock;
}): Promise<(source: { readonly id: string }) => number | undefined> {
  const [all, stored] = await Promise.all([sources.all(), plans.all()]);
  const enabled = stored.filter((plan) => plan.enabled);
  const seconds = new Map(enabled.map((plan) => [plan.id, longestInterval(scheduleOf(plan), clock.now())]));
  const chosen = plans.choose(all, stored);
  return ({ id }) => {
    const ofSource = (chosen.get(id) ?? []).flatMap((plan) => seconds.get(plan.id) ?? []);
    return ofSource.length === 0 ? undefined : Math.min(...ofSource);
  };
}
