import type { EnvironmentSummary } from '@holdfast/contracts';
import { Card, Group, Stack, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { environmentColumns } from '../environments/environment-columns.tsx';
import { VirtualTable } from '../ui/virtual-table.tsx';

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
        <VirtualTable
          label="Environments"
          columns={environmentColumns}
          rows={shown}
          keyOf={({ name }) => name}
        />
      </Stack>
    </Card>
  );
}

function need({ overdue, unprotected, suspicious }: EnvironmentSummary): number {
  return (overdue ? 4 : 0) + (unprotected > 0 ? 2 : 0) + (suspicious > 0 ? 1 : 0);
}
