import type { DrillRecord } from '@holdfast/contracts';
import { count, formatDuration } from '@holdfast/contracts/quantities';
import { Badge, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Instant } from '../ui/instant.tsx';
import { PageLink } from '../ui/link.tsx';
import { Failed } from '../ui/states.tsx';
import { sourceDrillsQuery } from './sources.queries.ts';

/** What came of its last drills; nothing where there was none yet: the facts say so. */
export function SourceDrills({ id }: { readonly id: string }) {
  const { data: drills = [], error, refetch } = useQuery(sourceDrillsQuery(id));
  if (error !== null) return <Failed error={error} retry={() => void refetch()} />;
  if (drills.length === 0) return null;
  return (
    <Card withBorder padding="lg">
      <Stack gap="sm">
        <Title order={2} size="h4">
          Drills
        </Title>
        {drills.map((drill) => (
          <Group key={drill.id} gap="sm">
            <Badge color={drill.ok ? 'teal' : 'red'}>{drill.ok ? 'proven' : 'failed'}</Badge>
            <PageLink to="/operations/$id" params={{ id: drill.operationId }} size="sm">
              <Instant at={drill.time} />
            </PageLink>
            <Text size="sm">{wordsOf(drill)}</Text>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}

function wordsOf({ ok, error, compared, hashes, durationMs }: DrillRecord): string {
  if (!ok) return error === undefined ? 'The copy was not equal.' : `${error.detail} ${error.hint}`;
  const figures = count(Object.keys(compared).length, 'figure');
  const contents = hashes > 0 ? ` and ${count(hashes, 'content')}` : '';
  return `${figures}${contents} equal to those of the backup, in ${formatDuration(durationMs)}`;
}
