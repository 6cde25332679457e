import type { Plan, PlanSchedule, RetentionPolicy, Selector } from '@holdfast/contracts';
import { weekdays } from '@holdfast/contracts';
import { CommandError } from '../command-error.ts';

/** What the options of add, edit and preview say of a plan. */
export interface PlanOptions {
  readonly everything?: boolean;
  readonly source?: readonly string[];
  readonly environment?: readonly string[];
  readonly kind?: readonly string[];
  readonly excludeSource?: readonly string[];
  readonly excludeEnvironment?: readonly string[];
  readonly excludeKind?: readonly string[];
  readonly every?: string;
  readonly at?: string;
  readonly cron?: string;
  readonly timeZone?: string;
  readonly destination?: readonly string[];
  readonly jitter?: string;
  readonly keepHours?: string;
  readonly keepDaily?: string;
  readonly keepWeekly?: string;
  readonly keepMonthly?: string;
  readonly consistency?: string;
  readonly rename?: string;
}

type Consistency = NonNullable<Plan['consistency']>;

/** Only what was given. */
export interface PlanChanges {
  readonly selector?: Selector;
  readonly schedule?: PlanSchedule;
  readonly timeZone?: string;
  readonly destinations?: string[];
  readonly jitterSeconds?: number;
  readonly retention?: RetentionPolicy;
  /** Null: as set for the server. */
  readonly consistency?: Consistency | null;
}

const usualRetention: RetentionPolicy = { recentHours: 24, daily: 30, weekly: 4, monthly: 6 };

/**
 * @param before the plan that is changed: options that belong together change only what they name of it
 * @throws CommandError `invalid-input` naming the option
 */
export function readPlanOptions(options: PlanOptions, before?: Plan): PlanChanges {
  const { timeZone, destination, jitter } = options;
  const selector = selectorOf(options, before?.selector);
  const schedule = scheduleOf(options, before?.schedule);
  const retention = retentionOf(options, before?.retention ?? usualRetention);
  const consistency = consistencyOf(options.consistency);
  return {
    ...(selector === undefined ? {} : { selector }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(destination === undefined ? {} : { destinations: [...destination] }),
    ...(jitter === undefined ? {} : { jitterSeconds: wholeNumber('--jitter', jitter) }),
    ...(retention === undefined ? {} : { retention }),
    ...(consistency === undefined ? {} : { consistency }),
  };
}

function selectorOf(options: PlanOptions, before?: Selector): Selector | undefined {
  const { everything, source, environment, kind, excludeSource, excludeEnvironment, excludeKind } = options;
  const chosen = [everything, source, environment, kind].some((given) => given !== undefined);
  const excluded = [excludeSource, excludeEnvironment, excludeKind].some((given) => given !== undefined);
  if (!chosen && !excluded) return undefined;
  const none = { sources: [], environments: [], kinds: [] };
  const { exclude, ...rest } = before ?? { ...none, everything: false, exclude: none };
  return {
    ...(chosen
      ? {
          everything: everything ?? false,
          sources: [...(source ?? [])],
          environments: [...(environment ?? [])],
          kinds: [...(kind ?? [])],
        }
      : rest),
    exclude: excluded
      ? {
          sources: [...(excludeSource ?? [])],
          environments: [...(excludeEnvironment ?? [])],
          kinds: [...(excludeKind ?? [])],
        }
      : exclude,
  };
}

function scheduleOf({ every, at, cron }: PlanOptions, before?: PlanSchedule): PlanSchedule | undefined {
  if (cron !== undefined) {
    if (every === undefined && at === undefined) return { preset: 'custom', cron };
    throw new CommandError('invalid-input', 'Give --cron, or --every and --at; not both.');
  }
  if (every === undefined && at === undefined) return undefined;
  if (every === undefined && before !== undefined && before.preset !== 'custom') {
    return withTime(before, at ?? '');
  }
  const schedule = presetOf(every ?? 'day');
  return at === undefined ? schedule : withTime(schedule, at);
}

function presetOf(every: string): PlanSchedule {
  const day = weekdays.find((name) => name === every.toLowerCase());
  if (day !== undefined) return { preset: 'weekly', day, hour: 2, minute: 0 };
  switch (every) {
    case '15-minutes':
      return { preset: 'every-15-minutes' };
    case '30-minutes':
      return { preset: 'every-30-minutes' };
    case 'hour':
      return { preset: 'hourly', minute: 0 };
    case '6-hours':
      return { preset: 'every-6-hours', hour: 2, minute: 0 };
    case '12-hours':
      return { preset: 'every-12-hours', hour: 2, minute: 0 };
    case 'day':
      return { preset: 'daily', hour: 2, minute: 0 };
    default:
      throw new CommandError('invalid-input', `--every ${JSON.stringify(every)} is not known.`, {
        hint: `It takes 15-minutes, 30-minutes, hour, 6-hours, 12-hours, day, or ${weekdays.join(', ')}; --cron takes everything else.`,
      });
  }
}

function withTime(schedule: PlanSchedule, at: string): PlanSchedule {
  const [, hour = '', minute = ''] = /^(\d{0,2}):(\d{2})$/.exec(at) ?? [];
  const wrong = minute === '' || Number(minute) > 59 || Number(hour) > 23;
  if (wrong || !('minute' in schedule)) {
    throw new CommandError('invalid-input', `--at ${JSON.stringify(at)} is not known here.`, {
      hint: 'It takes the time of the day (--at 02:30), of an hourly plan the minute (--at :30).',
    });
  }
  if (!('hour' in schedule)) return { ...schedule, minute: Number(minute) };
  if (hour === '') throw new CommandError('invalid-input', '--at needs an hour here, such as 02:30.');
  const step = schedule.preset === 'every-6-hours' ? 6 : schedule.preset === 'every-12-hours' ? 12 : 24;
  // Any of its hours names the first of the day.
  return { ...schedule, hour: Number(hour) % step, minute: Number(minute) };
}

function retentionOf(options: PlanOptions, before: RetentionPolicy): RetentionPolicy | undefined {
  const given = {
    recentHours: keep('--keep-hours', options.keepHours),
    daily: keep('--keep-daily', options.keepDaily),
    weekly: keep('--keep-weekly', options.keepWeekly),
    monthly: keep('--keep-monthly', options.keepMonthly),
  };
  if (Object.values(given).every((value) => value === undefined)) return undefined;
  return {
    recentHours: given.recentHours ?? before.recentHours,
    daily: given.daily ?? before.daily,
    weekly: given.weekly ?? before.weekly,
    monthly: given.monthly ?? before.monthly,
  };
}

function keep(option: string, value: string | undefined): number | undefined {
  return value === undefined ? undefined : wholeNumber(option, value);
}

export function wholeNumber(option: string, value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new CommandError('invalid-input', `${option} takes a whole number, not ${JSON.stringify(value)}.`);
}

function consistencyOf(value: string | undefined): Consistency | null | undefined {
  switch (value) {
    case undefined:
      return undefined;
    case 'default':
      return null;
    case 'live':
    case 'pause':
    case 'stop':
      return value;
    default:
      throw new CommandError('invalid-input', '--consistency takes live, pause, stop or default.');
  }
}
