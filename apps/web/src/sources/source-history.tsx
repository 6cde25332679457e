import type { Snapshot, Source } from '@holdfast/contracts';
import { formatBytes, formatDuration } from '@holdfast/contracts/quantities';
import { Badge, Skeleton, Stack, Title } from '@mantine/core';
import { IconCamera } from '@tabler/icons-react';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { BackUpButton } from '../backups/back-up-button.tsx';
import { PageLink } from '../ui/link.tsx';
import { PagedTable, rowsOf } from '../ui/paged-table.tsx';
import { RestoreButton } from '../ui/restore-button.tsx';
import { Empty } from '../ui/states.tsx';
import type { Column } from '../ui/virtual-table.tsx';
import { formatInZone } from '../ui/zone.ts';

const SourcePlots = lazy(async () => ({ default: (await import('./source-plots.tsx')).SourcePlots }));

interface SourceHistoryProps {
  readonly source: Source;
  readonly history: UseInfiniteQueryResult<InfiniteData<{ items: Snapshot[] }>>;
}

/** Its snapshots as plots over time and as a list. */
export function SourceHistory({ source, history }: SourceHistoryProps) {
  const { data } = history;
  const snapshots = useMemo(() => (data === undefined ? [] : rowsOf(data)), [data]);
  return (
    <Stack>
      {snapshots.length > 1 && (
        <Suspense fallback={<Skeleton height={270} radius="md" />}>
          <SourcePlots snapshots={snapshots} />
        </Suspense>
      )}
      {snapshots.length > 0 && (
        <Title order={2} size="h4">
          Snapshots
        </Title>
      )}
      <PagedTable
        label="Snapshots"
        query={history}
        columns={columns}
        keyOf={({ id }) => id}
        empty={<NoSnapshot source={source} />}
      />
    </Stack>
  );
}

function NoSnapshot({ source: { id, present, nextRun } }: { readonly source: Source }) {
  return (
    <Empty
      icon={IconCamera}
      title="There is no snapshot yet"
      action={present && <BackUpButton request={{ names: [id], all: false }}>Back up now</BackUpButton>}
    >
      {nextRun === undefined
        ? 'No plan runs for it by itself.'
        : `The next run is planned for ${formatInZone(nextRun)}.`}
    </Empty>
  );
}

const columns: readonly Column<Snapshot>[] = [
  {
    key: 'time',
    title: 'Taken',
    width: 'minmax(150px, 1.4fr)',
    render: ({ id, time }) => (
      <PageLink to="/snapshots/$id" params={{ id }} size="sm" fw={500}>
        {formatInZone(time)}
      </PageLink>
    ),
  },
  {
    key: 'state',
    title: 'State',
    width: '105px',
    render: ({ state, proof }) =>
      state === 'suspicious' ? (
        <Badge color="orange">suspicious</Badge>
      ) : proof === undefined ? (
        <Badge color="gray">good</Badge>
      ) : (
        <Badge color="teal">proven</Badge>
      ),
  },
  {
    key: 'destination',
    title: 'Destination',
    width: 'minmax(0, 1fr)',
    wideOnly: true,
    render: ({ destination }) => destination,
  },
  { key: 'size', title: 'Size', width: '70px', align: 'right', render: ({ bytes }) => formatBytes(bytes) },
  {
    key: 'added',
    title: 'Added',
    width: '90px',
    align: 'right',
    wideOnly: true,
    render: ({ bytesAdded }) => formatBytes(bytesAdded),
  },
  {
    key: 'took',
    title: 'Took',
    width: '90px',
    align: 'right',
    wideOnly: true,
    render: ({ durationMs }) => formatDuration(durationMs),
  },
  {
    key: 'restore',
    title: '',
    width: '110px',
    align: 'right',
    wideOnly: true,
    render: ({ id, source, time }) => (
      <RestoreButton
        search={{ source, snapshot: id }}
        size="xs"
        aria-label={`Restore the snapshot of ${formatInZone(time)}`}
      >
        Restore
      </RestoreButton>
    ),
  },
];
