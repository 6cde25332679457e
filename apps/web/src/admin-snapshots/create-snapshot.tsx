import {
  type Operation,
  operationSchema,
  type SelfBackupList,
  type Source,
  selfBackupResultSchema,
  sourceSchema,
} from '@holdfast/contracts';
import { Button, Card, Code, Group, Select, SimpleGrid, Stack, Title } from '@mantine/core';
import { IconCamera } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, callAll } from '../api/call.ts';
import { destinationsQuery } from '../destinations/destinations.queries.ts';
import { WatchOperation } from '../operations/watch-operation.tsx';
import { useMay } from '../session/use-may.ts';
import { Failed } from '../ui/states.tsx';
import { selfBackupsQuery } from './admin-snapshots.queries.ts';
import { CopyUri } from './copy-uri.tsx';

const main = 'main';
/** Stands for the destination that nobody named. */
const usual = '';

const presentSourcesQuery = {
  queryKey: ['sources', 'to-snapshot'],
  queryFn: ({ signal }: { signal: AbortSignal }) => callAll(sourceSchema, '/v1/sources', { signal }),
};

/** A snapshot by hand: which database, and where to. */
export function CreateSnapshot({ provider }: Pick<SelfBackupList, 'provider'>) {
  const may = useMay();
  const client = useQueryClient();
  const [database, setDatabase] = useState(main);
  const [destination, setDestination] = useState(usual);
  const { data: sources = [] } = useQuery(presentSourcesQuery);
  const { data: destinations = [] } = useQuery(destinationsQuery);
  const create = useMutation({
    mutationFn: () =>
      call(operationSchema, '/v1/admin/snapshots/create', {
        method: 'POST',
        body: { database, ...(destination === usual ? {} : { destination }) },
      }),
  });
  if (!may('admin')) return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  const places =
    database === main
      ? [
          { value: usual, label: `The configured storage (${provider})` },
          { value: 'data-directory', label: 'The data directory of Holdfast' },
        ]
      : [
          { value: usual, label: 'The default destination' },
          ...destinations.map(({ id, name }) => ({ value: id, label: name })),
        ];
  return (
    <Card withBorder padding="lg">
      <Stack>
        <form onSubmit={submit}>
          <Stack>
            <Title order={2} size="h4">
              Create a snapshot
            </Title>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <Select
                label="Database"
                data={[
                  { value: main, label: "Main: Holdfast's own database" },
                  { group: 'Redis', items: optionsOf(sources, (kind) => kind === 'redis') },
                  { group: 'Other sources', items: optionsOf(sources, (kind) => kind !== 'redis') },
                ]}
                value={database}
                onChange={(value) => {
                  setDatabase(value ?? main);
                  setDestination(usual);
                }}
                allowDeselect={false}
                searchable
              />
              <Select
                label="Destination"
                data={places}
                value={destination}
                onChange={(value) => setDestination(value ?? usual)}
                allowDeselect={false}
              />
            </SimpleGrid>
            {create.error !== null && <Failed error={create.error} />}
            <Group>
              <Button type="submit" leftSection={<IconCamera size={16} />} loading={create.isPending}>
                Create a snapshot
              </Button>
            </Group>
          </Stack>
        </form>
        {create.data !== undefined && (
          <WatchOperation
            key={create.data.id}
            id={create.data.id}
            onEnded={() => void client.invalidateQueries({ queryKey: selfBackupsQuery.queryKey })}
          >
            {(operation) => <SnapshotUris uris={urisOf(operation)} />}
          </WatchOperation>
        )}
      </Stack>
    </Card>
  );
}

function optionsOf(sources: readonly Source[], isOne: (kind: string) => boolean) {
  return sources
    .filter(({ kind, present }) => present && isOne(kind))
    .map(({ id, name, kind }) => ({ value: id, label: `${name} (${kind})` }));
}

/** By which each can be restored. */
function urisOf({ result, items = [] }: Operation): string[] {
  const own = selfBackupResultSchema.safeParse(result);
  if (own.success) return [own.data.uri];
  return items.flatMap(({ snapshotId }) =>
    snapshotId === undefined ? [] : [`holdfast:snapshot/${snapshotId}`],
  );
}

function SnapshotUris({ uris }: { readonly uris: readonly string[] }) {
  return uris.map((uri) => (
    <Group key={uri} gap="xs" wrap="nowrap">
      <Code style={{ overflowWrap: 'anywhere' }}>{uri}</Code>
      <CopyUri uri={uri} />
    </Group>
  ));
}
