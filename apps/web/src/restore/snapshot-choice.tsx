import type { Snapshot } from '@holdfast/contracts';
import { Button } from '@mantine/core';
import { IconCamera } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { BackUpButton } from '../backups/back-up-button.tsx';
import { CalendarAndList } from '../recovery-points/calendar-and-list.tsx';
import { DayCalendar } from '../recovery-points/day-calendar.tsx';
import { DayList } from '../recovery-points/day-list.tsx';
import { monthOf } from '../recovery-points/days.ts';
import { sourceSnapshotsMonthQuery, sourceSnapshotsQuery } from '../snapshots/snapshot.queries.ts';
import { SnapshotState } from '../snapshots/snapshot-state.tsx';
import { formatInstantHere, formatMinuteHere } from '../ui/instant.tsx';
import { Empty } from '../ui/states.tsx';
import type { Column } from '../ui/virtual-table.tsx';
import type { Go } from './step.ts';

interface SnapshotChoiceProps {
  readonly source: string;
  readonly go: Go;
}

/** A snapshot of one source, by calendar and list. */
export function SnapshotChoice({ source, go }: SnapshotChoiceProps) {
  const [day, setDay] = useState<string>();
  const [month, setMonth] = useState(() => monthOf(new Date()));
  const list = useInfiniteQuery(sourceSnapshotsQuery(source, day));
  const calendar = useQuery(sourceSnapshotsMonthQuery(source, month));
  const columns = useMemo(() => columnsOf(source, go), [source, go]);
  return (
    <CalendarAndList
      calendar={
        <DayCalendar
          query={calendar}
          month={month}
          onMonth={setMonth}
          day={day}
          onDay={setDay}
          noun="snapshot"
          warning="suspicious"
        />
      }
      list={
        <DayList
          label="Snapshots"
          query={list}
          columns={columns}
          keyOf={({ id }) => id}
          day={day}
          onAll={() => setDay(undefined)}
          empty={
            <Empty
              icon={IconCamera}
              title="There is no snapshot of it yet"
              action={<BackUpButton request={{ all: false, names: [source] }}>Back up now</BackUpButton>}
            >
              There has to be a backup before something can be put back.
            </Empty>
          }
        />
      }
    />
  );
}

function columnsOf(source: string, go: Go): readonly Column<Snapshot>[] {
  return [
    {
      key: 'time',
      title: 'Time',
      width: 'minmax(178px, 1.2fr)',
      render: ({ time }) => formatMinuteHere(time),
    },
    {
      key: 'state',
      title: 'State',
      width: '116px',
      wideOnly: true,
      render: ({ state }) => <SnapshotState state={state} />,
    },
    {
      key: 'destination',
      title: 'Destination',
      width: 'minmax(0, 0.8fr)',
      wideOnly: true,
      render: ({ destination }) => destination,
    },
    {
      key: 'proven',
      title: 'Proven',
      width: '70px',
      wideOnly: true,
      render: ({ proof }) => (proof === undefined ? 'not yet' : 'yes'),
    },
    {
      key: 'choose',
      title: '',
      width: '90px',
      align: 'right',
      render: ({ id, source: name, time }) => (
        <Button
          size="xs"
          variant="light"
          aria-label={`Choose ${name} of ${formatInstantHere(time)}`}
          onClick={() =>
            go({
              source,
              snapshot: id,
              environment: undefined,
              point: undefined,
              paths: undefined,
              what: 'source',
              step: 'what',
            })
          }
        >
          Choose
        </Button>
      ),
    },
  ];
}
