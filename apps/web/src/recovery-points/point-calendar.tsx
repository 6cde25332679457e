import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DayCalendar } from './day-calendar.tsx';
import { monthOf } from './days.ts';
import { recoveryPointMonthQuery } from './recovery-points.queries.ts';

interface PointCalendarProps {
  readonly environment: string | undefined;
  readonly day: string | undefined;
  readonly onDay: (day: string | undefined) => void;
}

/** The days that have recovery points. */
export function PointCalendar({ environment, day, onDay }: PointCalendarProps) {
  const [month, setMonth] = useState(() => day?.slice(0, 7) ?? monthOf(new Date()));
  const query = useQuery(recoveryPointMonthQuery(environment, month));
  return (
    <DayCalendar
      query={query}
      month={month}
      onMonth={setMonth}
      day={day}
      onDay={onDay}
      noun="recovery point"
      warning="partial"
    />
  );
}
