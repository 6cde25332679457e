import type { EnvironmentSummary } from '@holdfast/contracts';
import { formatDuration } from '@holdfast/contracts/quantities';
import { Badge, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { Instant } from '../ui/instant.tsx';
import { PageLink } from '../ui/link.tsx';
import { type Column, VirtualTable } from '../ui/virtual-table.tsx';

/** More than fit on a screen are searched, not scrolled. */
const searchFrom = 8;

/** Each environment: how old its last good backup is, whether it was proven, how fast it comes back. */
export function EnvironmentsCard({ environments }: { readonly environments: readonly EnvironmentSummary[] }) {
  const [search, setSearch] = useState('');
  const shown = environments
    .filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()))
    // What needs somebody comes first.
    .toSorted((a, b) => need(b) - need(a) || a.name.localeCompare(b.name));
  return (
    <Card withBorder padding="lg">
      <Stack>
        <Group justify="space-between">
          <Title order={2} size="h4">
            Environments
          </Title>
          {environments.length > searchFrom && (
            <TextInput
              size="xs"
              placeholder="Search"
              aria-label="Search environments"
              leftSection={<IconSearch size={14} />}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
          )}
        </Group>
        <VirtualTable label="Environments" columns={columns} rows={shown} keyOf={({ name }) => name} />
      </Stack>
    </Card>
  );
}

function need({ overdue, unprotected, suspicious }: EnvironmentSummary): number {
  return (overdue ? 4 : 0) + (unprotected > 0 ? 2 : 0) + (suspicious > 0 ? 1 : 0);
}

const columns: readonly Column<EnvironmentSummary>[] = [
  {
    key: 'name',
    title: 'Name',
    width: 'minmax(0, 1.4fr)',
    render: ({ name }) => (
      <PageLink to="/environments/$name" params={{ name }} fw={500}>
        {name}
      </PageLink>
    ),
  },
  {
    key: 'state',
    title: 'State',
    width: 'minmax(110px, 1fr)',
    render: (environment) => <State environment={environment} />,
  },
  {
    key: 'age',
    title: 'Last good backup',
    width: '130px',
    render: ({ lastBackup }) =>
      lastBackup === undefined ? <Text size="sm">none yet</Text> : <Instant at={lastBackup} />,
  },
  {
    key: 'proven',
    title: 'Last proven',
    width: '120px',
    wideOnly: true,
    render: ({ lastProven }) =>
      lastProven === undefined ? (
        <Text size="sm" c="dimmed">
          never
        </Text>
      ) : (
        <Instant at={lastProven} />
      ),
  },
  {
    key: 'recovery',
    title: 'Comes back in',
    width: '120px',
    wideOnly: true,
    align: 'right',
    render: ({ recoveryMs }) => (recoveryMs === undefined ? 'not measured' : formatDuration(recoveryMs)),
  },
];

function State({ environment }: { readonly environment: EnvironmentSummary }) {
  const { overdue, unprotected, suspicious, lastBackup } = environment;
  if (overdue) return <Badge color="red">overdue</Badge>;
  if (suspicious > 0) return <Badge color="orange">{suspicious} suspicious</Badge>;
  if (unprotected > 0) return <Badge color="orange">{unprotected} unprotected</Badge>;
  if (lastBackup === undefined) return <Badge color="gray">no backup yet</Badge>;
  return (
    <Badge color="teal" variant="light">
      protected
    </Badge>
  );
}
