import type { Operation } from '@holdfast/contracts';
import { formatBytes } from '@holdfast/contracts/quantities';
import { Badge, Card, Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { StateBadge } from '../ui/state-badge.tsx';
import { useNow } from '../ui/use-now.ts';
import { durationOf, progressWords } from './operation-words.ts';
import type { LiveOperation } from './use-operation-events.ts';

interface OperationSummaryProps {
  readonly operation: Operation;
  readonly live: LiveOperation;
}

/** What became of an operation, or how far it is. */
export function OperationSummary({ operation, live }: OperationSummaryProps) {
  const now = useNow();
  const { progress, state, error, destination } = operation;
  const running = state === 'running';
  const ended = operation.finishedAt !== undefined;
  return (
    <Card withBorder padding="lg">
      <Stack>
        <Group justify="space-between">
          <Group gap="sm">
            <StateBadge state={state} />
            {destination !== undefined && <Badge variant="default">to {destination}</Badge>}
            {operation.attempt > 1 && <Badge variant="default">attempt {operation.attempt}</Badge>}
          </Group>
          {!ended && !live.connected && (
            <Group gap={6} c="dimmed">
              <IconPlugConnectedX size={16} />
              <Text size="sm">Connecting again…</Text>
            </Group>
          )}
        </Group>
        {running && progress !== undefined && (
          <Stack gap={6}>
            <Text fw={500}>{progress.step}</Text>
            <Progress
              value={
                progress.bytesTotal === undefined ? 100 : (100 * progress.bytesDone) / progress.bytesTotal
              }
              animated
              striped={progress.bytesTotal === undefined}
              aria-label="Progress"
            />
            <Text size="sm" c="dimmed" aria-live="polite">
              {progressWords(operation)}
            </Text>
          </Stack>
        )}
        {error !== undefined && (
          <Stack gap={4} role="alert">
            <Text c="red" fw={500}>
              {error.detail}
            </Text>
            <Text size="sm">
              <b>Next:</b> {error.hint}
            </Text>
            <Text size="xs" c="dimmed">
              {error.code}
            </Text>
          </Stack>
        )}
        <SimpleGrid cols={{ base: 2, sm: 4 }}>
          <Figure title="Took" value={durationOf(operation, now) ?? 'not begun'} />
          {operation.items !== undefined && (
            <>
              <Figure
                title="Read"
                value={formatBytes(sum(operation.items.map(({ bytesRead }) => bytesRead)))}
              />
              <Figure
                title="Added to storage"
                value={formatBytes(sum(operation.items.map(({ bytesAdded }) => bytesAdded)))}
              />
              <Figure
                title="Sources"
                value={`${operation.items.filter((item) => item.state === 'succeeded').length} of ${operation.items.length} done`}
              />
            </>
          )}
        </SimpleGrid>
      </Stack>
    </Card>
  );
}

function Figure({ title, value }: { readonly title: string; readonly value: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <Text fw={600}>{value}</Text>
    </div>
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
