import { type PlanSchedule, weekdays } from '@holdfast/contracts';
import cronstrue from 'cronstrue';

/** A schedule as the cron expression that fires it. */
export function cronOfSchedule(schedule: PlanSchedule): string {
  switch (schedule.preset) {
    case 'every-15-minutes':
      return '*/15 * * * *';
    case 'every-30-minutes':
      return '*/30 * * * *';
    case 'hourly':
      return `${schedule.minute} * * * *`;
    case 'every-6-hours':
      return `${schedule.minute} ${hours(schedule.hour, 6)} * * *`;
    case 'every-12-hours':
      return `${schedule.minute} ${hours(schedule.hour, 12)} * * *`;
    case 'daily':
      return `${schedule.minute} ${schedule.hour} * * *`;
    case 'weekly':
      return `${schedule.minute} ${schedule.hour} * * ${weekdays.indexOf(schedule.day)}`;
    case 'custom':
      return schedule.cron.trim().replaceAll(/\s+/g, ' ');
  }
}

function hours(first: number, step: number): string {
  return Array.from({ length: 24 / step }, (_, index) => first + index * step).join(',');
}

/** A cron expression as the schedule that a person would have chosen for it. */
export function scheduleOfCron(cron: string): PlanSchedule {
  const [, minute, hour] = /^(\d{1,2}) (\d{1,2}) \* \* \*$/.exec(cron.trim()) ?? [];
  if (minute === undefined || hour === undefined) return { preset: 'custom', cron };
  return { preset: 'daily', hour: Number(hour), minute: Number(minute) };
}

/** In words, by a 24-hour clock: `At 02:30, only on Sunday`. */
export function cronInWords(cron: string): string {
  try {
    return cronstrue.toString(cron, { use24HourTimeFormat: true });
  } catch {
    // Croner understands a little more than the library that finds the words.
    return cron;
  }
}
