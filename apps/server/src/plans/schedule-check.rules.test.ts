import { describe, expect, it } from 'vitest';
import { daylightSavingWarnings } from './daylight-saving.rules.ts';
import { cronInWords, cronOfSchedule, scheduleOfCron } from './preset.rules.ts';
import { checkSchedule } from './schedule-check.rules.ts';
import { localText } from './wall-clock.ts';

describe('a schedule', () => {
  const check = (cron: string, timeZone = 'UTC', jitterSeconds = 0) => {
    try {
      checkSchedule({ cron, timeZone, jitterSeconds });
      return 'taken';
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error;
    }
  };

  it.each([
    ['@daily', 'schedule-invalid'],
    ['* * * *', 'schedule-invalid'],
    ['0 0 2 * * *', 'schedule-invalid'],
    ['61 * * * *', 'schedule-invalid'],
    ['a b c d e', 'schedule-invalid'],
    ['0 0 31 2 *', 'schedule-never-due'],
    ['* * * * *', 'schedule-too-often'],
    ['*/4 * * * *', 'schedule-too-often'],
    ['0,2 3 * * 0', 'schedule-too-often'],
    ['0,58 0,23 * * *', 'schedule-too-often'],
    ['*/5 * * * *', 'taken'],
    ['0 0 29 2 *', 'taken'],
    ['30 2 * * mon-fri', 'taken'],
  ])('%s: %s', (cron, outcome) => {
    expect(check(cron)).toBe(outcome);
  });

  it.each(['Mars/Olympus', '+01:00', ''])('in the zone %j is refused', (timeZone) => {
    expect(check('0 2 * * *', timeZone)).toBe('time-zone-invalid');
  });

  it('takes no jitter that reaches into the next run', () => {
    expect(check('*/15 * * * *', 'UTC', 450)).toBe('taken');
    expect(check('*/15 * * * *', 'UTC', 451)).toBe('jitter-too-long');
  });
});

describe('presets', () => {
  it.each([
    [{ preset: 'every-15-minutes' }, '*/15 * * * *'],
    [{ preset: 'every-30-minutes' }, '*/30 * * * *'],
    [{ preset: 'hourly', minute: 7 }, '7 * * * *'],
    [{ preset: 'every-6-hours', hour: 1, minute: 30 }, '30 1,7,13,19 * * *'],
    [{ preset: 'every-12-hours', hour: 3, minute: 0 }, '0 3,15 * * *'],
    [{ preset: 'daily', hour: 2, minute: 30 }, '30 2 * * *'],
    [{ preset: 'weekly', day: 'wednesday', hour: 2, minute: 0 }, '0 2 * * 3'],
    [{ preset: 'custom', cron: ' 0  2 1 * * ' }, '0 2 1 * *'],
  ] as const)('%j is %s', (schedule, cron) => {
    expect(cronOfSchedule(schedule)).toBe(cron);
  });

  it('are found again in a plain daily expression', () => {
    expect(scheduleOfCron('30 2 * * *')).toEqual({ preset: 'daily', hour: 2, minute: 30 });
    expect(scheduleOfCron('30 2 * * 1')).toEqual({ preset: 'custom', cron: '30 2 * * 1' });
  });

  it('are told in words by a 24-hour clock', () => {
    expect(cronInWords('30 14 * * *')).toBe('At 14:30');
  });
});

describe('warnings of the change of the clocks', () => {
  const warnings = (cron: string, timeZone: string) =>
    daylightSavingWarnings({ cron, timeZone }, new Date('2026-01-01T00:00:00Z'));

  it('name the run that falls into the gap and the one that comes twice', () => {
    expect(warnings('30 2 * * *', 'Europe/Berlin')).toEqual([
      'When the clocks go from 2026-03-29 02:00 to 03:00, 02:30 does not exist. The next run is at 2026-03-29 03:00 +02:00.',
      'When the clocks go from 2026-10-25 03:00 to 02:00, 02:30 comes twice; it runs once, at 2026-10-25 02:30 +02:00.',
    ]);
    expect(warnings('30 1 * * *', 'America/New_York')).toEqual([
      'When the clocks go from 2026-11-01 02:00 to 01:00, 01:30 comes twice; it runs once, at 2026-11-01 01:30 -04:00.',
    ]);
  });

  it('know half an hour', () => {
    expect(warnings('45 1 * * *', 'Australia/Lord_Howe')).toEqual([
      'When the clocks go from 2026-04-05 02:00 to 01:30, 01:45 comes twice; it runs once, at 2026-04-05 01:45 +11:00.',
    ]);
  });

  it('are none where no run is touched, and where the clocks never change', () => {
    expect(warnings('0 12 * * *', 'Europe/Berlin')).toEqual([]);
    expect(warnings('30 2 * * *', 'Asia/Kolkata')).toEqual([]);
  });

  it('say of an hourly schedule that it runs both times', () => {
    expect(warnings('0 * * * *', 'Europe/Berlin').at(-1)).toContain('it runs both times');
  });
});

describe('a clock on the wall', () => {
  it('shows the time of its zone, with the distance from UTC', () => {
    const time = new Date('2026-11-22T01:30:00Z');
    expect(localText(time, 'Europe/Berlin')).toBe('2026-11-22 02:30 +01:00');
    expect(localText(time, 'America/New_York')).toBe('2026-11-21 20:30 -05:00');
    expect(localText(time, 'Asia/Kolkata')).toBe('2026-11-22 07:00 +05:30');
    expect(localText(new Date('2026-11-22T01:30:07Z'), 'UTC')).toBe('2026-11-22 01:30:07 +00:00');
  });
});
