import { type ErrorGroup, exitCodes } from './definition.ts';

export const planErrors = {
  'schedule-invalid': {
    title: 'The schedule is not one that Holdfast understands',
    status: 400,
    exit: exitCodes.usage,
    hint: 'Give a cron expression of five fields (minute, hour, day of the month, month, day of the week), such as "30 2 * * *", or a preset.',
  },
  'schedule-never-due': {
    title: 'The schedule never comes due',
    status: 400,
    exit: exitCodes.usage,
    hint: 'Check the day and the month: 31 February does not exist.',
  },
  'schedule-too-often': {
    title: 'The schedule comes due too often',
    status: 400,
    exit: exitCodes.usage,
    hint: 'Leave at least five minutes between two runs: a run has to open every repository, and retention follows each.',
  },
  'jitter-too-long': {
    title: 'Runs would be put off too far',
    status: 400,
    exit: exitCodes.usage,
    hint: 'Choose at most half of the time between two runs.',
  },
  'time-zone-invalid': {
    title: 'There is no such time zone',
    status: 400,
    exit: exitCodes.usage,
    hint: 'Give the name of an IANA time zone, such as Europe/Berlin, America/New_York or UTC.',
  },
  'selector-invalid': {
    title: 'The selector names something that cannot be a pattern',
    status: 400,
    exit: exitCodes.usage,
    hint: 'Give names, or globs with *, ?, [a-c] and {a,b}; kinds as holdfast sources shows them.',
  },
  'default-plan': {
    title: 'The default plan cannot be removed',
    status: 409,
    exit: exitCodes.refused,
    hint: 'It protects what no other plan catches. Edit it, or pause it with: holdfast plans pause default',
  },
} as const satisfies ErrorGroup;
