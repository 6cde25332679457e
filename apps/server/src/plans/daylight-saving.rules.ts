import { nextRuns, type Schedule } from './schedule.rules.ts';
import { localText, minutesFromUtc, onTheWall, wallText } from './wall-clock.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** What the changes of the clock within the coming year do to a schedule, in sentences. */
export function daylightSavingWarnings(schedule: Schedule, now: Date): string[] {
  return clockChanges(schedule.timeZone, now, new Date(now.getTime() + 366 * dayMs)).flatMap((change) => {
    const { at, before, after } = change;
    const wall = new Date(at.getTime() + before * minuteMs);
    const [first, last] =
      after > before ? [wall, shifted(wall, after - before)] : [shifted(wall, after - before), wall];
    const run = runOnTheWall(schedule.cron, first, last);
    if (run === undefined) return [];
    const what = `the clocks go from ${wallText(wall)} to ${wallText(shifted(wall, after - before)).slice(11)}`;
    const place = wallText(run).slice(11);
    if (after > before) {
      const [instead] = nextRuns(schedule, new Date(at.getTime() - 1000));
      const where =
        instead === undefined ? '' : ` The next run is at ${localText(instead, schedule.timeZone)}.`;
      return [`When ${what}, ${place} does not exist.${where}`];
    }
    const actual = nextRuns(schedule, new Date(at.getTime() - (before - after) * minuteMs - 1000), 50).filter(
      (time) => wallText(onTheWall(time, schedule.timeZone)) === wallText(run),
    );
    const [once] = actual;
    if (once === undefined) return [];
    const how =
      actual.length === 1 ? `it runs once, at ${localText(once, schedule.timeZone)}` : 'it runs both times';
    return [`When ${what}, ${place} comes twice; ${how}.`];
  });
}

interface ClockChange {
  /** The first instant of the new time. */
  readonly at: Date;
  /** Minutes before UTC. */
  readonly before: number;
  readonly after: number;
}

/** Found by halving: the calendar of zones is nowhere to be had as data. */
function clockChanges(timeZone: string, from: Date, to: Date): ClockChange[] {
  const changes: ClockChange[] = [];
  for (let day = from.getTime(); day < to.getTime(); day += dayMs) {
    const before = minutesFromUtc(new Date(day), timeZone);
    const after = minutesFromUtc(new Date(day + dayMs), timeZone);
    if (before === after) continue;
    let [early, late] = [Math.floor(day / minuteMs), Math.floor(day / minuteMs) + 1440];
    while (late - early > 1) {
      const middle = Math.floor((early + late) / 2);
      if (minutesFromUtc(new Date(middle * minuteMs), timeZone) === before) early = middle;
      else late = middle;
    }
    changes.push({ at: new Date(late * minuteMs), before, after });
  }
  return changes;
}

/** The first time that the expression names from `first` until before `last`, were there no changes of the clock. */
function runOnTheWall(cron: string, first: Date, last: Date): Date | undefined {
  const [run] = nextRuns({ cron, timeZone: 'UTC' }, new Date(first.getTime() - 1000));
  return run !== undefined && run.getTime() < last.getTime() ? run : undefined;
}

function shifted(wall: Date, minutes: number): Date {
  return new Date(wall.getTime() + minutes * minuteMs);
}
