import type { Overview } from '@holdfast/contracts';
import type { UpkeepSettings } from './create-scheduler.ts';
import { type StoredPlan, scheduleOf } from './plan.ts';
import { nextDue, nextRuns } from './schedule.rules.ts';

const mostShown = 50;

/** What the scheduler starts next, of plans, prune and drills; soonest first. */
export function nextRunsOf(
  plans: readonly StoredPlan[],
  { pruneCron, drillSchedule, timeZone }: UpkeepSettings,
  now: Date,
): Overview['nextRuns'] {
  const upkeep = Object.entries({ prune: pruneCron, drill: drillSchedule });
  return [
    ...plans
      .filter((plan) => plan.enabled)
      .flatMap((plan) => {
        const time = nextDue(scheduleOf(plan), now);
        return time === undefined ? [] : [{ name: plan.name, time }];
      }),
    ...upkeep.flatMap(([name, cron]) =>
      cron === undefined ? [] : nextRuns({ cron, timeZone }, now).map((time) => ({ name, time })),
    ),
  ]
    .toSorted((a, b) => a.time.getTime() - b.time.getTime())
    .slice(0, mostShown)
    .map(({ name, time }) => ({ name, time: time.toISOString() }));
}
