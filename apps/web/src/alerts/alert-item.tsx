import { type Alert, alertSchema } from '@holdfast/contracts';
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call, segment } from '../api/call.ts';
import { useMay } from '../session/use-may.ts';
import { formatInstantHere, Instant } from '../ui/instant.tsx';
import { PageLink } from '../ui/link.tsx';
import { tellProblem } from '../ui/tell-problem.tsx';
import { placeOf } from './alert-words.ts';

/** One of them: what it is about, what happened, since when, what to do. */
export function AlertItem({ alert }: { readonly alert: Alert }) {
  const may = useMay();
  const { code, subject, message, hint, since, occurrences, acknowledged } = alert;
  const place = placeOf(code, subject);
  return (
    <Group justify="space-between" align="flex-start" gap="md">
      <Stack gap={4} flex={1} miw={230}>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {place === undefined ? (
            <b>{subject.name}</b>
          ) : (
            <PageLink to={place} fw={600}>
              {subject.name}
            </PageLink>
          )}{' '}
          <Text span size="sm" c="dimmed">
            since <Instant at={since} />
            {occurrences > 1 && `, seen ${occurrences} times`}
          </Text>
        </Text>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {message}
        </Text>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          <b>Next:</b> {hint}
        </Text>
        {acknowledged !== undefined && (
          <Text size="xs" c="dimmed">
            {acknowledged.by} knows of it since {formatInstantHere(acknowledged.time)}: no reminders are sent.
          </Text>
        )}
      </Stack>
      {acknowledged === undefined && may('operator') && <Acknowledge alert={alert} />}
    </Group>
  );
}

function Acknowledge({ alert }: { readonly alert: Alert }) {
  const client = useQueryClient();
  const acknowledge = useMutation({
    mutationFn: () => call(alertSchema, `/v1/alerts/${segment(alert.id)}/acknowledge`, { method: 'POST' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['alerts'] }),
    onError: tellProblem,
  });
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconCheck size={14} />}
      aria-label={`I know of it: ${alert.subject.name}`}
      loading={acknowledge.isPending}
      onClick={() => acknowledge.mutate()}
    >
      I know of it
    </Button>
  );
}
