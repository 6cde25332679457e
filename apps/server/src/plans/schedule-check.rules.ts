import { HoldfastError } from '@holdfast/runtime';
import { nextRuns, type Schedule } from './schedule.rules.ts';

/** A run opens every repository of the plan, and retention follows it. */
const shortestIntervalMs = 5 * 60_000;
/** So many runs show every distance that a cron expression has, those from one day or month to the next among them. */
const lookedAt = 400;
/** In a zone without changes of the clock, so that those do not look like short intervals. */
const reference = new Date('2026-01-01T00:00:00Z');

/**
 * @throws HoldfastError `time-zone-invalid`, `schedule-invalid`, `schedule-never-due`, `schedule-too-often`, `jitter-too-long`
 */
export function checkSchedule(schedule: Schedule): void {
  checkTimeZone(schedule.timeZone);
  const { cron, jitterSeconds = 0 } = schedule;
  const shown = JSON.stringify(cron);
  if (cron.split(' ').length !== 5) {
    throw new HoldfastError('schedule-invalid', `${shown} has ${fieldsOf(cron)} instead of five.`);
  }
  const shortest = shortestOf(cron);
  if (shortest === undefined) {
    throw new HoldfastError('schedule-never-due', `${shown} names a day that no calendar has.`);
  }
  if (shortest < shortestIntervalMs) {
    throw new HoldfastError(
      'schedule-too-often',
      `${shown} comes due ${shortest / 60_000} min after the run before it.`,
    );
  }
  // Runs that are put off past the next one would be made up for together.
  if (jitterSeconds * 1000 > shortest / 2) {
    throw new HoldfastError(
      'jitter-too-long',
      `A jitter of ${jitterSeconds} s is more than half of the ${shortest / 1000} s between two runs.`,
      { hint: `Choose at most ${Math.floor(shortest / 2000)} s.` },
    );
  }
}

/** So many runs take a while, and plans like to be due at the same times. Bounded, as what comes from outside. */
const known = new Map<string, number | undefined>();
const mostKnown = 1_000;

/** Between two runs, in milliseconds; undefined where there are none. */
function shortestOf(cron: string): number | undefined {
  if (known.has(cron)) return known.get(cron);
  const runs = runsOf(cron).map((run) => run.getTime());
  const [first] = runs;
  const distances = runs.slice(1).map((run, index) => run - (runs[index] ?? 0));
  const shortest = first === undefined ? undefined : Math.min(...distances);
  if (known.size >= mostKnown) known.clear();
  known.set(cron, shortest);
  return shortest;
}

function runsOf(cron: string): Date[] {
  try {
    return nextRuns({ cron, timeZone: 'UTC' }, reference, lookedAt);
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).replace(/^CronPattern: /, '');
    throw new HoldfastError('schedule-invalid', `${JSON.stringify(cron)} is no cron expression: ${why}.`, {
      cause: error,
    });
  }
}

function fieldsOf(cron: string): string {
  const count = cron.split(' ').filter((field) => field !== '').length;
  return count === 1 ? 'one field' : `${count} fields`;
}

/** @throws HoldfastError `time-zone-invalid` */
function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    // A bare distance from UTC is accepted there, but knows nothing of summer.
    if (/^[A-Za-z]/.test(timeZone)) return;
  } catch {
    // As below.
  }
  throw new HoldfastError('time-zone-invalid', `${JSON.stringify(timeZone)} names no time zone.`);
}
