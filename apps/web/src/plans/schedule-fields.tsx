import { type PlanSchedule, scheduleSchema, weekdays } from '@holdfast/contracts';
import { Group, NativeSelect, TextInput } from '@mantine/core';

interface ScheduleFieldsProps {
  readonly schedule: PlanSchedule;
  /** What the schedule is as cron: where a custom one begins. */
  readonly cron: string | undefined;
  readonly error: string | undefined;
  readonly onChange: (schedule: PlanSchedule) => void;
}

const presets = [
  { value: 'every-15-minutes', label: 'Every 15 minutes' },
  { value: 'every-30-minutes', label: 'Every 30 minutes' },
  { value: 'hourly', label: 'Every hour' },
  { value: 'every-6-hours', label: 'Every 6 hours' },
  { value: 'every-12-hours', label: 'Every 12 hours' },
  { value: 'daily', label: 'Every day' },
  { value: 'weekly', label: 'Every week' },
  { value: 'custom', label: 'Custom (cron)' },
] as const;

/** Hours that the first run of a day can have. */
const hoursOf = { 'every-6-hours': 6, 'every-12-hours': 12, daily: 24, weekly: 24 } as const;

/** A preset with its time of day, or a cron expression. */
export function ScheduleFields({ schedule, cron, error, onChange }: ScheduleFieldsProps) {
  const change = (preset: string) => {
    const hour = 'hour' in schedule && preset in hoursOf ? { hour: schedule.hour } : {};
    const minute = 'minute' in schedule ? { minute: schedule.minute } : {};
    const wanted = { preset, ...hour, ...minute, ...(preset === 'custom' && { cron: cron ?? '0 2 * * *' }) };
    // An hour that the other preset does not have: its own first hour then.
    const parsed = scheduleSchema.safeParse(wanted);
    onChange(parsed.success ? parsed.data : scheduleSchema.parse({ preset, ...minute }));
  };
  return (
    <>
      <NativeSelect
        label="How often"
        data={[...presets]}
        value={schedule.preset}
        error={schedule.preset === 'custom' ? undefined : error}
        onChange={(event) => change(event.currentTarget.value)}
      />
      {schedule.preset === 'custom' && (
        <TextInput
          label="Cron expression"
          description="Minute, hour, day of the month, month, day of the week"
          value={schedule.cron}
          error={error}
          spellCheck={false}
          autoComplete="off"
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          onChange={(event) => onChange({ preset: 'custom', cron: event.currentTarget.value })}
        />
      )}
      <Group grow gap="sm" align="flex-start">
        {schedule.preset === 'weekly' && (
          <NativeSelect
            label="Day"
            data={weekdays.map((day) => ({ value: day, label: day.charAt(0).toUpperCase() + day.slice(1) }))}
            value={schedule.day}
            onChange={({ currentTarget: { value } }) =>
              onChange({ ...schedule, day: weekdays.find((day) => day === value) ?? schedule.day })
            }
          />
        )}
        {'hour' in schedule && (
          <NativeSelect
            label={hoursOf[schedule.preset] < 24 ? 'First at hour' : 'Hour'}
            data={numbers(hoursOf[schedule.preset])}
            value={two(schedule.hour)}
            onChange={(event) => onChange({ ...schedule, hour: Number(event.currentTarget.value) })}
          />
        )}
        {'minute' in schedule && (
          <NativeSelect
            label="Minute"
            data={numbers(60)}
            value={two(schedule.minute)}
            onChange={(event) => onChange({ ...schedule, minute: Number(event.currentTarget.value) })}
          />
        )}
      </Group>
    </>
  );
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => two(index));
}
