import { type Operation, operationKinds, operationStates } from '@holdfast/contracts';
import { Button, Group, Progress, Select, Stack, Text } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Instant } from '../ui/instant.tsx';
import { ButtonLink, PageLink } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { Empty } from '../ui/states.tsx';
import { useNow } from '../ui/use-now.ts';
import type { Column } from '../ui/virtual-table.tsx';
import { durationOf, kindWords, progressWords, subjectOf } from './operation-words.ts';
import { type OperationsFilter, operationsQuery } from './operations.queries.ts';
import { useLiveOperations } from './use-live-operations.ts';

/** Everything that Holdfast does and did. */
export function OperationsPage() {
  const [filter, setFilter] = useState<OperationsFilter>({});
  const query = useInfiniteQuery(operationsQuery(filter));
  useLiveOperations(filter);
  const filtered = filter.kind !== undefined || filter.state !== undefined;
  return (
    <Page title="Operations" description="What Holdfast does now, and what it did.">
      <Group>
        <Select
          aria-label="Kind"
          placeholder="Every kind"
          clearable
          data={operationKinds.map((kind) => ({ value: kind, label: kindWords(kind) }))}
          value={filter.kind ?? null}
          onChange={(kind) => setFilter({ ...filter, kind: operationKinds.find((one) => one === kind) })}
        />
        <Select
          aria-label="State"
          placeholder="Every state"
          clearable
          data={[...operationStates]}
          value={filter.state ?? null}
          onChange={(state) => setFilter({ ...filter, state: operationStates.find((one) => one === state) })}
        />
      </Group>
      <PagedTable
        label="Operations"
        query={query}
        columns={columns}
        keyOf={({ id }) => id}
        empty={
          <Empty
            icon={IconListDetails}
            title={filtered ? 'Nothing matches' : 'Nothing was done yet'}
            action={
              filtered ? (
                <Button variant="light" onClick={() => setFilter({})}>
                  Show all
                </Button>
              ) : (
                <ButtonLink to="/sources">See what can be backed up</ButtonLink>
              )
            }
          >
            {filtered
              ? 'No operation has this kind and state.'
              : 'Backups, restores and drills are listed here, with their steps and their log.'}
          </Empty>
        }
      />
    </Page>
  );
}

const columns: readonly Column<Operation>[] = [
  {
    key: 'what',
    title: 'What',
    width: 'minmax(0, 2fr)',
    render: (operation) => (
      <PageLink to="/operations/$id" params={{ id: operation.id }} fw={500}>
        {kindWords(operation.kind)} of {subjectOf(operation)}
      </PageLink>
    ),
  },
  { key: 'state', title: 'State', width: '130px', render: ({ state }) => <StateBadge state={state} /> },
  {
    key: 'progress',
    title: 'Progress',
    width: 'minmax(0, 2fr)',
    wideOnly: true,
    render: (operation) => <ShortProgress operation={operation} />,
  },
  {
    key: 'begun',
    title: 'Begun',
    width: '120px',
    wideOnly: true,
    render: ({ createdAt }) => <Instant at={createdAt} />,
  },
  {
    key: 'took',
    title: 'Took',
    width: '100px',
    align: 'right',
    wideOnly: true,
    render: (operation) => <Duration operation={operation} />,
  },
];

function ShortProgress({ operation }: { readonly operation: Operation }) {
  if (operation.error !== undefined) {
    return (
      <Text size="sm" c="red" truncate>
        {operation.error.detail}
      </Text>
    );
  }
  const { progress, state } = operation;
  if (state !== 'running' || progress === undefined) return null;
  return (
    <Stack gap={4}>
      <Text size="xs" c="dimmed" truncate>
        {progress.step}: {progressWords(operation)}
      </Text>
      {progress.bytesTotal !== undefined && (
        <Progress value={(100 * progress.bytesDone) / progress.bytesTotal} size="sm" aria-label="Progress" />
      )}
    </Stack>
  );
}

function Duration({ operation }: { readonly operation: Operation }) {
  const now = useNow();
  return durationOf(operation, now) ?? '–';
}
