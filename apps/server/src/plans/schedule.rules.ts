import { Cron } from 'croner';

export interface Schedule {
  readonly cron: string;
  readonly timeZone: string;
}

/** The next due times after an instant, by the clock on the wall of the schedule's zone. */
export function nextRuns({ cron, timeZone }: Schedule, after: Date, count = 1): Date[] {
  return new Cron(cron, { timezone: timeZone, paused: true, mode: '5-part' }).nextRuns(count, after);
}

/**
 * The due time to act on now, if there is one: the latest that has passed since the last one acted on. However
 * many were missed, it is one run. A last one that lies in the future (the clock was wrong then) counts as now.
 */
export function dueNow(schedule: Schedule, lastDue: Date, now: Date): Date | undefined {
  const from = lastDue.getTime() > now.getTime() ? now : lastDue;
  const [first] = nextRuns(schedule, from);
  if (first === undefined || first.getTime() > now.getTime()) return undefined;
  const [latest] = new Cron(schedule.cron, {
    timezone: schedule.timeZone,
    paused: true,
    mode: '5-part',
  }).previousRuns(1, new Date(now.getTime() + 1000));
  return latest === undefined || latest.getTime() > now.getTime() ? first : latest;
}
