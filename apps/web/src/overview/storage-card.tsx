import type { Overview } from '@holdfast/contracts';
import { formatBytes } from '@holdfast/contracts/quantities';
import { Card, Group, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { lazy, Suspense } from 'react';

/** Plots weigh as much as all the rest: they come after the page. */
const StoragePlot = lazy(() => import('./storage-plot.tsx'));
const plotHeight = 230;

interface StorageCardProps {
  readonly days: Overview['storage'];
  readonly destinations: Overview['destinations'];
}

/** What was backed up against what it added to storage: what deduplication and compression save; and what it costs. */
export function StorageCard({ days, destinations }: StorageCardProps) {
  const read = days.reduce((sum, { bytes }) => sum + bytes, 0);
  const added = days.reduce((sum, { bytesAdded }) => sum + bytesAdded, 0);
  return (
    <Card withBorder padding="lg">
      <Stack>
        <Group justify="space-between" align="flex-start">
          <Title order={2} size="h4">
            Storage, last 90 days
          </Title>
          {added > 0 && (
            <Text size="sm" c="dimmed">
              {formatBytes(read)} backed up, {formatBytes(added)} stored: {(read / added).toFixed(1)} times
              less
            </Text>
          )}
        </Group>
        {days.length === 0 ? (
          <Text c="dimmed">The plot begins with the first backup.</Text>
        ) : (
          <Suspense fallback={<Skeleton height={plotHeight} />}>
            <StoragePlot days={days} height={plotHeight} />
          </Suspense>
        )}
        <Table.ScrollContainer minWidth={240}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Destination</Table.Th>
                <Table.Th ta="right" visibleFrom="sm">
                  Snapshots
                </Table.Th>
                <Table.Th ta="right">Stored</Table.Th>
                <Table.Th ta="right">A month</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {destinations.map(({ id, name, snapshots, bytesStored, costPerMonth }) => (
                <Table.Tr key={id}>
                  <Table.Td>{name}</Table.Td>
                  <Table.Td ta="right" visibleFrom="sm">
                    {snapshots}
                  </Table.Td>
                  <Table.Td ta="right">{formatBytes(bytesStored)}</Table.Td>
                  <Table.Td ta="right">{costPerMonth === undefined ? '–' : money(costPerMonth)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Stack>
    </Card>
  );
}

function money({ amount, currency }: { readonly amount: number; readonly currency: string }): string {
  return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(amount);
}
