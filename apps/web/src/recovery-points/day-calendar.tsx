import { Skeleton, Stack, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { Failed } from '../ui/states.tsx';
import { countByDay, MonthCalendar } from './month-calendar.tsx';

/** What there is in a month; `more`: than was asked for. */
export interface MonthContent {
  readonly found: readonly { readonly time: string; readonly warning: boolean }[];
  readonly more: boolean;
}

interface DayCalendarProps {
  readonly query: UseQueryResult<MonthContent>;
  readonly month: string;
  readonly onMonth: (month: string) => void;
  readonly day: string | undefined;
  readonly onDay: (day: string | undefined) => void;
  readonly noun: string;
  readonly warning: string;
}

/** The days of a month that have something. */
export function DayCalendar({ query, month, onMonth, day, onDay, noun, warning }: DayCalendarProps) {
  const { data, error, refetch } = query;
  if (error !== null) return <Failed error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height={360} />;
  return (
    <Stack gap="xs">
      <MonthCalendar
        month={month}
        onMonth={onMonth}
        days={countByDay(data.found)}
        chosen={day}
        onChoose={onDay}
        noun={noun}
        warning={warning}
      />
      {data.more && (
        <Text size="xs" c="dimmed">
          There are more than can be drawn here. Choose an environment to see all of its days.
        </Text>
      )}
    </Stack>
  );
}
