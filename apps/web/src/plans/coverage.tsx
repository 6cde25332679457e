import type { PlanPreview } from '@holdfast/contracts';
import { count } from '@holdfast/contracts/quantities';
import { ScrollArea, Stack, Table, Text } from '@mantine/core';

/** More are counted, not listed. */
const shown = 200;

/** What a plan catches now. */
export function Coverage({ sources, stale = false }: { sources: PlanPreview['sources']; stale?: boolean }) {
  if (sources.length === 0) {
    return (
      <Text size="sm" c="dimmed" aria-live="polite">
        Nothing that is there now. What comes later and matches is caught by itself.
      </Text>
    );
  }
  return (
    <Stack gap="xs" opacity={stale ? 0.5 : 1} aria-live="polite">
      <Text fw={600}>{count(sources.length, 'source')}</Text>
      <ScrollArea.Autosize mah={320} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': 'Caught now' }}>
        <Table aria-label="Caught now" verticalSpacing={6} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Source</Table.Th>
              <Table.Th w={110}>Kind</Table.Th>
              <Table.Th>Environment</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sources.slice(0, shown).map(({ id, name, kind, environment }) => (
              <Table.Tr key={id}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{name}</Table.Td>
                <Table.Td>{kind}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{environment}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      {sources.length > shown && (
        <Text size="sm" c="dimmed">
          and {sources.length - shown} more
        </Text>
      )}
    </Stack>
  );
}
