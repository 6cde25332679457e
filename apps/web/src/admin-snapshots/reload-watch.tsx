import { type Operation, operationSchema } from '@holdfast/contracts';
import { Alert, Group, Loader, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { z } from 'zod';
import { call, callVoid, segment } from '../api/call.ts';
import { asProblem } from '../api/problem.ts';
import { formatInstantHere } from '../ui/instant.tsx';
import { PageLink } from '../ui/link.tsx';
import { Failed } from '../ui/states.tsx';

const everyMs = 1_000;
const resultSchema = z.object({ createdAt: z.iso.datetime(), previous: z.string().optional() }).partial();

interface ReloadWatchProps {
  readonly operationId: string;
  readonly onClose: () => void;
}

/**
 * A restore of Holdfast itself: the server goes away and comes back as it was. What came of it is asked for until there
 * is an answer; a session that ended leads to signing in, and from there back here.
 */
export function ReloadWatch({ operationId, onClose }: ReloadWatchProps) {
  const client = useQueryClient();
  const { data: operation, error } = useQuery({
    queryKey: ['reload', operationId],
    queryFn: async ({ signal }): Promise<Operation> => {
      await callVoid('/readyz', { signal });
      return call(operationSchema, `/v1/operations/${segment(operationId)}`, { signal });
    },
    retry: false,
    refetchInterval: ({ state }) => (state.data?.finishedAt === undefined ? everyMs : false),
  });
  const ended = operation?.finishedAt !== undefined;
  useEffect(() => {
    // Whatever the other pages know is of the state before.
    if (ended) void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'reload' });
  }, [ended, client]);
  if (ended) return <Ended operation={operation} onClose={onClose} />;
  if (error !== null && asProblem(error).status === 404) return <Failed error={error} />;
  const away = error !== null;
  return (
    <Alert icon={<Loader size={20} aria-hidden />} title="Holdfast is being restored" role="status">
      <Text size="sm">
        {away
          ? 'The server starts again on what was restored. This page waits, and goes on by itself.'
          : `${operation?.progress?.step ?? 'It begins'}. Then the server starts again; this page waits for it.`}
      </Text>
    </Alert>
  );
}

function Ended({ operation, onClose }: { readonly operation: Operation; readonly onClose: () => void }) {
  if (operation.state !== 'succeeded') {
    return (
      <Alert
        color="red"
        icon={<IconAlertTriangle />}
        title={operation.error?.detail ?? `The restore was ${operation.state}.`}
        role="alert"
        withCloseButton
        closeButtonLabel="Close"
        onClose={onClose}
      >
        <Stack gap={4}>
          <Text size="sm">Holdfast runs on the state that it had before; nothing was changed.</Text>
          {operation.error !== undefined && (
            <Text size="sm" fw={500}>
              {operation.error.hint}
            </Text>
          )}
        </Stack>
      </Alert>
    );
  }
  const { createdAt, previous } = resultSchema.parse(operation.result ?? {});
  return (
    <Alert
      color="teal"
      icon={<IconCheck />}
      title="Holdfast was restored"
      role="status"
      withCloseButton
      closeButtonLabel="Close"
      onClose={onClose}
    >
      <Stack gap={4}>
        <Text size="sm">
          It runs on the state of {createdAt === undefined ? 'the snapshot' : formatInstantHere(createdAt)}.
        </Text>
        {previous !== undefined && (
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            The state before is kept: {previous}
          </Text>
        )}
        <Group>
          <PageLink to="/operations/$id" params={{ id: operation.id }} size="sm">
            See the operation
          </PageLink>
        </Group>
      </Stack>
    </Alert>
  );
}
