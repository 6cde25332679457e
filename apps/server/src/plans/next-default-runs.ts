import type { Overview } from '@holdfast/contracts';
import type { DefaultPlanSettings } from './default-plan.ts';
import { nextRuns } from './schedule.rules.ts';

/** When the default plan does what next, soonest first. */
export function nextDefaultRuns(settings: DefaultPlanSettings, now: Date): Overview['nextRuns'] {
  const { backupCron, pruneCron, drillSchedule, timeZone } = settings;
  return Object.entries({ backup: backupCron, prune: pruneCron, drill: drillSchedule })
    .flatMap(([name, cron]) => {
      const [next] = cron === undefined ? [] : nextRuns({ cron, timeZone }, now);
      return next === undefined ? [] : [{ name, time: next.toISOString() }];
    })
    .toSorted((a, b) => a.time.localeCompare(b.time));
}
