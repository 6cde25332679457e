import type { RecoveryPoint } from '@holdfast/contracts';
import { Button, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { BackUpButton } from '../backups/back-up-button.tsx';
import { CalendarAndList } from '../recovery-points/calendar-and-list.tsx';
import { PointCalendar } from '../recovery-points/point-calendar.tsx';
import { PointList } from '../recovery-points/point-list.tsx';
import { membersWords, PointState, provenWords } from '../recovery-points/point-state.tsx';
import { formatInstantHere, formatMinuteHere } from '../ui/instant.tsx';
import { Empty } from '../ui/states.tsx';
import type { Column } from '../ui/virtual-table.tsx';
import type { Go } from './step.ts';

interface PointChoiceProps {
  readonly environment: string | undefined;
  readonly go: Go;
}

/** A recovery point, by calendar and list. */
export function PointChoice({ environment, go }: PointChoiceProps) {
  const [day, setDay] = useState<string>();
  const columns = useMemo(() => columnsOf(environment === undefined, go), [environment, go]);
  const request = environment === undefined ? { all: true, names: [] } : { all: false, names: [environment] };
  return (
    <CalendarAndList
      calendar={<PointCalendar environment={environment} day={day} onDay={setDay} />}
      list={
        <PointList
          filter={{ environment, day }}
          columns={columns}
          onAll={() => setDay(undefined)}
          empty={
            <Empty
              icon={IconHistory}
              title="There is no recovery point yet"
              action={<BackUpButton request={request}>Back up now</BackUpButton>}
            >
              There has to be a backup before something can be put back.
            </Empty>
          }
        />
      }
    />
  );
}

function columnsOf(withName: boolean, go: Go): readonly Column<RecoveryPoint>[] {
  const name: Column<RecoveryPoint> = {
    key: 'environment',
    title: 'Environment',
    width: 'minmax(0, 1fr)',
    wideOnly: true,
    render: ({ environment }) => environment,
  };
  const members: Column<RecoveryPoint> = {
    key: 'members',
    title: 'Holds',
    width: '100px',
    wideOnly: true,
    render: membersWords,
  };
  return [
    ...(withName ? [name] : []),
    {
      key: 'time',
      title: 'Time',
      width: 'minmax(170px, 1.2fr)',
      render: ({ time, environment }) => (
        <>
          {formatMinuteHere(time)}
          {withName && (
            <Text size="xs" c="dimmed" hiddenFrom="sm" truncate>
              {environment}
            </Text>
          )}
        </>
      ),
    },
    {
      key: 'state',
      title: 'State',
      width: '106px',
      wideOnly: true,
      render: ({ state }) => <PointState state={state} />,
    },
    // With the environments beside it there is no room for it.
    ...(withName ? [] : [members]),
    { key: 'proven', title: 'Proven', width: '64px', wideOnly: true, render: provenWords },
    {
      key: 'choose',
      title: '',
      width: '90px',
      align: 'right',
      render: ({ id, environment, time }) => (
        <Button
          size="xs"
          variant="light"
          aria-label={`Choose ${environment} of ${formatInstantHere(time)}`}
          onClick={() =>
            go({
              environment,
              point: id,
              source: undefined,
              snapshot: undefined,
              paths: undefined,
              what: 'environment',
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
