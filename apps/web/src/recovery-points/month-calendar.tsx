import { count } from '@holdfast/contracts/quantities';
import { ActionIcon, Group, Stack, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { dayOf, daysBefore, daysOf, formatDay, formatMonth, monthOf, otherMonth } from './days.ts';
import classes from './month-calendar.module.css';

/** What there is of one day: how much, and whether some of it wants a second look. */
export interface CalendarDay {
  readonly count: number;
  readonly warnings: number;
}

interface MonthCalendarProps {
  readonly month: string;
  readonly onMonth: (month: string) => void;
  readonly days: ReadonlyMap<string, CalendarDay>;
  readonly chosen?: string | undefined;
  /** Without a day: all are shown again. */
  readonly onChoose: (day: string | undefined) => void;
  /** What is counted: `recovery point`. */
  readonly noun: string;
  /** What is said of those that want a second look: `partial`. */
  readonly warning: string;
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** A month in the viewer's zone; days that have something can be chosen. */
export function MonthCalendar(props: MonthCalendarProps) {
  const { month, onMonth, days, chosen, onChoose, noun, warning } = props;
  const today = dayOf(new Date());
  const describe = (day: string, found: CalendarDay) =>
    `${formatDay(day)}: ${count(found.count, noun)}${found.warnings > 0 ? `, ${found.warnings} ${warning}` : ''}`;
  return (
    <Stack gap="sm">
      <Group justify="space-between" wrap="nowrap">
        <ActionIcon
          variant="default"
          size="lg"
          aria-label="The month before"
          onClick={() => onMonth(otherMonth(month, -1))}
        >
          <IconChevronLeft size={18} />
        </ActionIcon>
        <Text fw={600} aria-live="polite">
          {formatMonth(month)}
        </Text>
        <ActionIcon
          variant="default"
          size="lg"
          aria-label="The month after"
          disabled={month >= monthOf(new Date())}
          onClick={() => onMonth(otherMonth(month, 1))}
        >
          <IconChevronRight size={18} />
        </ActionIcon>
      </Group>
      <div className={classes.calendar} role="group" aria-label={formatMonth(month)}>
        {weekdays.map((weekday) => (
          <div key={weekday} className={classes.weekday}>
            <span aria-hidden>{weekday.slice(0, 2)}</span>
            <VisuallyHidden>{weekday}</VisuallyHidden>
          </div>
        ))}
        {daysOf(month).map((day, index) => {
          const found = days.get(day);
          const place = {
            className: classes.day,
            'data-today': day === today || undefined,
            style: index === 0 ? { gridColumnStart: daysBefore(month) + 1 } : undefined,
          };
          const number = Number(day.slice(8));
          return found === undefined ? (
            <div key={day} {...place}>
              {number}
            </div>
          ) : (
            <UnstyledButton
              key={day}
              {...place}
              data-tone={found.warnings > 0 ? 'warning' : 'good'}
              data-chosen={day === chosen || undefined}
              aria-pressed={day === chosen}
              title={describe(day, found)}
              onClick={() => onChoose(day === chosen ? undefined : day)}
            >
              <VisuallyHidden>{describe(day, found)}</VisuallyHidden>
              <span aria-hidden>{number}</span>
              <span aria-hidden className={classes.count}>
                {found.count}
                {found.warnings > 0 ? '!' : ''}
              </span>
            </UnstyledButton>
          );
        })}
      </div>
      {days.size > 0 && (
        <Text size="xs" c="dimmed">
          The small number says how many there are; a day with ! has some that are {warning}.
        </Text>
      )}
    </Stack>
  );
}

/** Sums by day of the viewer's zone. */
export function countByDay(
  found: readonly { readonly time: string; readonly warning: boolean }[],
): Map<string, CalendarDay> {
  const days = new Map<string, CalendarDay>();
  for (const { time, warning } of found) {
    const day = dayOf(time);
    const known = days.get(day) ?? { count: 0, warnings: 0 };
    days.set(day, { count: known.count + 1, warnings: known.warnings + (warning ? 1 : 0) });
  }
  return days;
}
