import type { PlanPreview } from '@holdfast/contracts';
import { count } from '@holdfast/contracts/quantities';
import { Stack, Table, Text } from '@mantine/core';
import { ScrollBox } from '../ui/scroll-box.tsx';

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
      <ScrollBox label="Caught now">
        <Table aria-label="Sources caught now" verticalSpacing={6} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Source</Table.Th>
              <Table.Th w="24%">Kind</Table.Th>
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
      </ScrollBox>
      {sources.length > shown && (
        <Text size="sm" c="dimmed">
          and {sources.length - shown} more
        </Text>
      )}
    </Stack>
  );
}
