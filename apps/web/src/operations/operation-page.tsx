import { type Operation, operationSchema } from '@holdfast/contracts';
import { formatBytes } from '@holdfast/contracts/quantities';
import { Badge, Button, Card, Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { call, segment } from '../api/call.ts';
import { formatInstantHere } from '../ui/instant.tsx';
import { PageLink } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { useNow } from '../ui/use-now.ts';
import { OperationLog } from './operation-log.tsx';
import { durationOf, kindWords, progressWords, subjectOf } from './operation-words.ts';
import { operationQuery } from './operations.queries.ts';
import { type LiveOperation, useOperationEvents } from './use-operation-events.ts';

const route = getRouteApi('/operations/$id');

/** One operation, live. */
export function OperationPage() {
  const { id } = route.useParams();
  const stored = useQuery(operationQuery(id));
  const live = useOperationEvents(id);
  const operation = live.operation ?? stored.data;
  if (operation === undefined) {
    return (
      <Page title="Operation">
        {stored.error === null ? (
          <Loading />
        ) : (
          <Failed error={stored.error} retry={() => void stored.refetch()} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={`${kindWords(operation.kind)} of ${subjectOf(operation)}`}
      description={<Begun operation={operation} />}
      actions={<Actions operation={operation} />}
    >
      <Summary operation={operation} live={live} />
      {live.parts.size > 0 && <Parts parts={[...live.parts.values()]} />}
      <OperationLog lines={live.lines} parts={live.parts} />
    </Page>
  );
}

function Begun({ operation }: { readonly operation: Operation }) {
  return <>Asked for at {formatInstantHere(operation.createdAt)}</>;
}

function Actions({ operation }: { readonly operation: Operation }) {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () =>
      call(operationSchema, `/v1/operations/${segment(operation.id)}/cancel`, { method: 'POST' }),
    onSuccess: (answer) => client.setQueryData(operationQuery(operation.id).queryKey, answer),
  });
  if (operation.state !== 'running' && operation.state !== 'queued') return null;
  return (
    <Button variant="default" color="red" loading={cancel.isPending} onClick={() => cancel.mutate()}>
      Cancel
    </Button>
  );
}

export function Summary({
  operation,
  live,
}: {
  readonly operation: Operation;
  readonly live: LiveOperation;
}) {
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

export function Parts({ parts }: { readonly parts: readonly Operation[] }) {
  return (
    <Card withBorder padding={0}>
      <Stack gap={0}>
        {parts.map((part) => (
          <Group key={part.id} px="lg" py="xs" justify="space-between" wrap="nowrap">
            <PageLink to="/operations/$id" params={{ id: part.id }} size="sm" truncate>
              {kindWords(part.kind)} of {subjectOf(part)}
            </PageLink>
            <Group gap="md" wrap="nowrap">
              <Text size="xs" c="dimmed" visibleFrom="sm" truncate maw={360}>
                {part.error?.detail ?? progressWords(part)}
              </Text>
              <StateBadge state={part.state} />
            </Group>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
