import type { PlanPreview } from '@holdfast/contracts';
import { Alert, Stack, Table, Text } from '@mantine/core';
import { IconClockExclamation } from '@tabler/icons-react';
import { Instant } from '../ui/instant.tsx';
import { formatInZone } from '../ui/zone.ts';
import { zoneHere } from './plan-draft.ts';

type RunsPreview = Pick<PlanPreview, 'words' | 'cron' | 'timeZone' | 'runs' | 'warnings'>;

/** The next runs as the server says, by both clocks, and what the change of the clocks does to them. */
export function NextRuns({ preview, stale = false }: { preview: RunsPreview; stale?: boolean }) {
  const here = zoneHere();
  const elsewhere = preview.timeZone !== here;
  return (
    <Stack gap="sm" aria-live="polite" opacity={stale ? 0.5 : 1}>
      <div>
        <Text fw={600}>{preview.words}</Text>
        <Text size="sm" c="dimmed" ff="monospace">
          {preview.cron}
        </Text>
      </div>
      <Table aria-label="Next runs" verticalSpacing={6} horizontalSpacing={6} fz="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{preview.timeZone}</Table.Th>
            {elsewhere && <Table.Th>Here ({here})</Table.Th>}
            <Table.Th ta="right" visibleFrom="xs">
              From now
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {preview.runs.map(({ at, local }) => (
            <Table.Tr key={at}>
              <Table.Td>{local}</Table.Td>
              {elsewhere && <Table.Td>{formatInZone(at)}</Table.Td>}
              <Table.Td ta="right" visibleFrom="xs">
                <Instant at={at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {preview.warnings.length > 0 && (
        <Alert color="orange" icon={<IconClockExclamation />} title="When the clocks change">
          <Stack gap={4}>
            {preview.warnings.map((warning) => (
              <Text key={warning} size="sm">
                {warning}
              </Text>
            ))}
          </Stack>
        </Alert>
      )}
    </Stack>
  );
}
