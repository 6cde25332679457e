import { nextRuns, type Schedule } from '../plans/schedule.rules.ts';

/** Runs to look ahead: enough for the gaps of a week, whichever days a schedule leaves out. */
const runsAhead = 15;

/** The longest time between two runs of a schedule, in seconds, of those that come next. */
export function longestInterval(schedule: Schedule, from: Date): number {
  const runs = nextRuns(schedule, from, runsAhead).map((run) => run.getTime());
  const gaps = runs.slice(1).map((run, index) => run - (runs[index] ?? run));
  return Math.max(0, ...gaps) / 1000;
}
