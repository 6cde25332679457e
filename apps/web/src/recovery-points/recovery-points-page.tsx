import type { RecoveryPoint } from '@holdfast/contracts';
import { IconHistory, IconRestore } from '@tabler/icons-react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { BackUpButton } from '../backups/back-up-button.tsx';
import { useMay } from '../session/use-may.ts';
import { formatMinuteHere } from '../ui/instant.tsx';
import { ButtonLink, PageLink } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import type { Column } from '../ui/virtual-table.tsx';
import { CalendarAndList } from './calendar-and-list.tsx';
import { EnvironmentSelect } from './environment-select.tsx';
import { PointCalendar } from './point-calendar.tsx';
import { PointList } from './point-list.tsx';
import { membersWords, PointState, provenWords } from './point-state.tsx';

const route = getRouteApi('/recovery-points');

/** States of environments to go back to, by day. */
export function RecoveryPointsPage() {
  const { environment, day } = route.useSearch();
  const navigate = useNavigate();
  const may = useMay();
  const choose = (next: { environment?: string | undefined; day?: string | undefined }) =>
    void navigate({ to: '/recovery-points', search: next, replace: true });
  return (
    <Page
      title="Recovery points"
      description="States to go back to: the snapshots of an environment that were taken together."
      actions={
        may('operator') && (
          <ButtonLink
            to="/restore"
            search={environment === undefined ? {} : { environment }}
            leftSection={<IconRestore size={16} />}
          >
            Restore
          </ButtonLink>
        )
      }
    >
      <EnvironmentSelect
        value={environment}
        onChange={(name) => choose({ environment: name, day: undefined })}
      />
      <CalendarAndList
        calendar={
          <PointCalendar
            environment={environment}
            day={day}
            onDay={(next) => choose({ environment, day: next })}
          />
        }
        list={
          <PointList
            filter={{ environment, day }}
            onAll={() => choose({ environment, day: undefined })}
            columns={environment === undefined ? columnsOfAll : columns}
            empty={<NothingYet environment={environment} />}
          />
        }
      />
    </Page>
  );
}

function NothingYet({ environment }: { readonly environment: string | undefined }) {
  const request = environment === undefined ? { all: true, names: [] } : { all: false, names: [environment] };
  return (
    <Empty
      icon={IconHistory}
      title="There is no recovery point yet"
      action={<BackUpButton request={request}>Back up now</BackUpButton>}
    >
      Every backup of an environment leaves one. From it, all of the environment or any part of it can be put
      back.
    </Empty>
  );
}

const nameColumn: Column<RecoveryPoint> = {
  key: 'environment',
  title: 'Environment',
  width: 'minmax(0, 1fr)',
  render: ({ environment }) => environment,
};

const columns: readonly Column<RecoveryPoint>[] = [
  {
    key: 'time',
    title: 'Time',
    width: 'minmax(178px, 1.2fr)',
    render: ({ id, time }) => (
      <PageLink to="/recovery-points/$id" params={{ id }} fw={500} size="sm">
        {formatMinuteHere(time)}
      </PageLink>
    ),
  },
  { key: 'state', title: 'State', width: '106px', render: ({ state }) => <PointState state={state} /> },
  {
    key: 'destination',
    title: 'Destination',
    width: 'minmax(0, 0.8fr)',
    wideOnly: true,
    render: ({ destination }) => destination,
  },
  {
    key: 'members',
    title: 'Holds',
    width: '100px',
    wideOnly: true,
    render: (point) => membersWords(point),
  },
  { key: 'proven', title: 'Proven', width: '64px', wideOnly: true, render: (point) => provenWords(point) },
];

/** With their environments, which take the room of less important words. */
const columnsOfAll: readonly Column<RecoveryPoint>[] = [
  nameColumn,
  ...columns
    .filter(({ key }) => key !== 'destination')
    .map((column) => (column.key === 'state' ? { ...column, wideOnly: true } : column)),
];
