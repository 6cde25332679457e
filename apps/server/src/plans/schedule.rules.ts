import { createHash } from 'node:crypto';
import { Cron } from 'croner';

export interface Schedule {
  readonly cron: string;
  readonly timeZone: string;
  /** Puts runs off by up to so many seconds. */
  readonly jitterSeconds?: number;
  /** Makes the jitter of one schedule another than that of the next. */
  readonly seed?: string;
}

/**
 * Who asks once mostly asks again at once, and parsing costs as much as asking. Only the last is kept: it takes 80 KB, and
 * in a Map that is emptied each would live until the next full collection, held by the table that the Map gave up.
 */
let last: { readonly key: string; readonly cron: Cron } | undefined;

/** @throws what croner throws for an expression or zone that it does not understand */
function cronOf({ cron, timeZone }: Schedule): Cron {
  const key = `${timeZone} ${cron}`;
  if (last?.key !== key) {
    // Fields of minutes to weekdays: seconds would start passes faster than they can end.
    last = { key, cron: new Cron(cron, { timezone: timeZone, paused: true, mode: '5-part' }) };
  }
  return last.cron;
}

/** The next times by the clock on the wall of the schedule's zone after an instant, before any jitter. */
export function nextRuns(schedule: Schedule, after: Date, count = 1): Date[] {
  return cronOf(schedule).nextRuns(count, after);
}

/** When a run is really due: the same for the same run, whoever asks and however often. */
export function withJitter(run: Date, { jitterSeconds = 0, seed = '' }: Schedule): Date {
  if (jitterSeconds === 0) return run;
  const digest = createHash('sha256').update(`${seed} ${run.toISOString()}`).digest();
  return new Date(run.getTime() + (digest.readUInt32BE(0) % (jitterSeconds + 1)) * 1000);
}

/** What comes next stays so until it is due. Every list and look asks, of every plan. */
const upcoming = new Map<string, { readonly after: number; readonly due: number }>();
/** Schedules come from outside. */
const mostUpcoming = 5_000;

/** The next due time, jitter included, that is still to come; undefined where there is none. */
export function nextDue(schedule: Schedule, after: Date): Date | undefined {
  const { cron, timeZone, jitterSeconds = 0, seed = '' } = schedule;
  const key = JSON.stringify([cron, timeZone, jitterSeconds, jitterSeconds === 0 ? '' : seed]);
  const known = upcoming.get(key);
  const at = after.getTime();
  if (known !== undefined && known.after <= at && at < known.due) return new Date(known.due);
  const [due] = nextDues(schedule, after);
  if (due === undefined) return undefined;
  if (upcoming.size >= mostUpcoming) upcoming.clear();
  upcoming.set(key, { after: at, due: due.getTime() });
  return due;
}

/** The next due times, jitter included, that are still to come. */
export function nextDues(schedule: Schedule, after: Date, count = 1): Date[] {
  // One whose time on the wall has passed may be put off until later than now.
  const from = new Date(after.getTime() - (schedule.jitterSeconds ?? 0) * 1000);
  const dues: Date[] = [];
  let last = from;
  while (dues.length < count) {
    const [run] = nextRuns(schedule, last);
    if (run === undefined) break;
    const due = withJitter(run, schedule);
    if (due.getTime() > after.getTime()) dues.push(due);
    last = run;
  }
  return dues;
}

/** The latest run whose due time (jitter included) has passed at an instant; undefined where there was none. */
export function latestRun(schedule: Schedule, at: Date): Date | undefined {
  const cron = cronOf(schedule);
  // What croner calls previous is strictly before, by whole seconds.
  let before = new Date(at.getTime() + 1000);
  for (;;) {
    const [run] = cron.previousRuns(1, before);
    if (run === undefined) return undefined;
    if (withJitter(run, schedule).getTime() <= at.getTime()) return run;
    before = run;
  }
}

/** No two runs are closer to each other: fields of a cron expression are minutes. */
const shortestMs = 60_000;

/**
 * The run to act on now, if there is one: the latest that has come due since the last one acted on. However
 * many were missed, it is one run. A last one that lies in the future (the clock was wrong then) counts as now.
 */
export function dueNow(schedule: Schedule, lastRun: Date, now: Date): Date | undefined {
  const from = lastRun.getTime() > now.getTime() ? now : lastRun;
  const [first] = nextRuns(schedule, from);
  if (first === undefined || withJitter(first, schedule).getTime() > now.getTime()) return undefined;
  if (now.getTime() - first.getTime() < shortestMs) return first;
  return latestRun(schedule, now) ?? first;
}
