import type { RetentionPolicy } from '@holdfast/contracts';
import { count } from '@holdfast/contracts/quantities';
import { Badge, Stack, Switch, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ScrollBox } from '../ui/scroll-box.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { formatInZone } from '../ui/zone.ts';
import { planRetentionQuery } from './plans.queries.ts';

interface RetentionPreviewProps {
  readonly plan: string;
  readonly policy: RetentionPolicy;
  readonly stale?: boolean;
}

/** More are counted, not listed. */
const most = 200;

/** Which snapshots would stay and which would go by this policy, and why. Changes nothing. */
export function RetentionPreview({ plan, policy, stale = false }: RetentionPreviewProps) {
  const { data, error, isPlaceholderData, refetch } = useQuery(planRetentionQuery(plan, policy));
  const [all, setAll] = useState(false);
  if (error !== null) return <Failed error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const going = data.items.filter(({ keep }) => !keep);
  const listed = all ? data.items : going;
  return (
    <Stack gap="xs" opacity={stale || isPlaceholderData ? 0.5 : 1}>
      <Text fw={600} aria-live="polite">
        {data.items.length === 0
          ? 'It has no snapshot yet'
          : `${count(data.items.length - going.length, 'snapshot')} would stay, ${going.length} would go`}
      </Text>
      {data.items.length > going.length && (
        <Switch
          label="Show also what stays"
          checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      )}
      {listed.length > 0 && (
        <ScrollBox label="Snapshots by retention">
          <Table aria-label="Retention" verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Snapshot</Table.Th>
                <Table.Th>Why</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {listed.slice(0, most).map(({ snapshotId, source, destination, time, keep, reasons }) => (
                <Table.Tr key={snapshotId}>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>
                    {source}
                    <Text size="xs" c="dimmed">
                      {formatInZone(time)}, {destination}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Badge color={keep ? 'teal' : 'orange'} size="sm">
                      {keep ? 'stays' : 'goes'}
                    </Badge>
                    <Text size="xs">{reasons.join(', ')}</Text>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollBox>
      )}
      {listed.length > most && (
        <Text size="sm" c="dimmed">
          and {listed.length - most} more
        </Text>
      )}
    </Stack>
  );
}
