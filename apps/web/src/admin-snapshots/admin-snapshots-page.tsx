import type { SelfBackupList } from '@holdfast/contracts';
import { formatBytes } from '@holdfast/contracts/quantities';
import { Alert, Badge, Button, Code, Group, Stack, Text, Title } from '@mantine/core';
import { IconCamera } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../session/use-may.ts';
import { Instant } from '../ui/instant.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { type Column, VirtualTable } from '../ui/virtual-table.tsx';
import { selfBackupsQuery } from './admin-snapshots.queries.ts';
import { CopyUri } from './copy-uri.tsx';
import { CreateSnapshot } from './create-snapshot.tsx';
import { ReloadWatch } from './reload-watch.tsx';
import { RestoreByUri } from './restore-by-uri.tsx';

const route = getRouteApi('/admin-snapshots');

type SelfBackup = SelfBackupList['items'][number];

/** Snapshots made and restored by hand: of Holdfast's own database, or of any source. */
export function AdminSnapshotsPage() {
  const { restore } = route.useSearch();
  const navigate = useNavigate();
  const may = useMay();
  const { data: backups, error, refetch } = useQuery(selfBackupsQuery);
  const [chosen, setChosen] = useState('');
  return (
    <Page
      title="Admin snapshots"
      description="By hand: of Holdfast's own database with people, plans and history, or of any source. Snapshots of sources are also among the recovery points."
    >
      {restore !== undefined && (
        <ReloadWatch
          operationId={restore}
          onClose={() => void navigate({ to: '/admin-snapshots', search: {}, replace: true })}
        />
      )}
      {backups === undefined ? (
        error === null ? (
          <Loading rows={6} />
        ) : (
          <Failed error={error} retry={() => void refetch()} />
        )
      ) : (
        <>
          <CreateSnapshot provider={backups.provider} />
          {may('owner') && <RestoreByUri uri={chosen} onUri={setChosen} backups={backups} />}
          <Stack gap="sm">
            <div>
              <Title order={2} size="h4">
                Of Holdfast's own database
              </Title>
              <Text size="sm" c="dimmed">
                {backups.schedule === undefined ? (
                  'None is made by itself: HOLDFAST_SNAPSHOTS_CRON_SCHEDULE sets when.'
                ) : (
                  <>
                    Made by itself: <Code>{backups.schedule}</Code>
                  </>
                )}{' '}
                Each is one encrypted file. It opens with HOLDFAST_BACKUP_ENCRYPTION_KEY from the .env of the
                data directory: keep that key elsewhere, too.
              </Text>
            </div>
            {backups.warnings.map((warning) => (
              <Alert key={warning} color="orange">
                {warning}
              </Alert>
            ))}
            {backups.items.length === 0 ? (
              <Empty icon={IconCamera} title="None was made yet">
                Create one above, of the main database.
              </Empty>
            ) : (
              <VirtualTable
                label="Snapshots of Holdfast's own database"
                columns={may('owner') ? [...columns, restoreColumn(setChosen)] : columns}
                rows={backups.items}
                keyOf={({ uri }) => uri}
              />
            )}
          </Stack>
        </>
      )}
    </Page>
  );
}

const columns: readonly Column<SelfBackup>[] = [
  { key: 'time', title: 'State of', width: '110px', render: ({ time }) => <Instant at={time} /> },
  {
    key: 'uri',
    title: 'URI',
    width: 'minmax(0, 3fr)',
    render: ({ uri }) => (
      <Group gap={4} wrap="nowrap">
        <Text size="sm" ff="monospace" truncate="start" title={uri}>
          {uri}
        </Text>
        <CopyUri uri={uri} />
      </Group>
    ),
  },
  {
    key: 'bytes',
    title: 'Size',
    width: '90px',
    wideOnly: true,
    align: 'right',
    render: ({ bytes }) => formatBytes(bytes),
  },
  {
    key: 'provider',
    title: 'Storage',
    width: '120px',
    wideOnly: true,
    render: ({ provider, stored }) => (stored ? provider : <Badge color="red">not there any more</Badge>),
  },
];

function restoreColumn(choose: (uri: string) => void): Column<SelfBackup> {
  return {
    key: 'restore',
    title: '',
    width: '110px',
    align: 'right',
    render: ({ uri, stored, time }) =>
      stored && (
        <Button
          size="xs"
          variant="default"
          aria-label={`Restore the state of ${time}`}
          onClick={() => choose(uri)}
        >
          Restore…
        </Button>
      ),
  };
}
