import type { Snapshot } from '@holdfast/contracts';
import { Button, Card, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { callVoid, segment } from '../api/call.ts';
import { asProblem } from '../api/problem.ts';
import { useMay } from '../session/use-may.ts';
import { ConfirmByTyping } from '../ui/confirm-by-typing.tsx';
import { formatInstantHere } from '../ui/instant.tsx';
import { snapshotQuery } from './snapshot.queries.ts';

/** Deletes a snapshot for good, after its id was typed. */
export function DeleteSnapshot({ snapshot }: { readonly snapshot: Snapshot }) {
  const { id, source, time } = snapshot;
  const may = useMay();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [opened, { open, close }] = useDisclosure();
  const [force, setForce] = useState(false);
  const remove = useMutation({
    mutationFn: () =>
      callVoid(`/v1/snapshots/${segment(id)}`, { method: 'DELETE', query: { confirmation: id, force } }),
    onSuccess: async () => {
      notifications.show({ message: `The snapshot of ${source} was deleted.` });
      await navigate({ to: '/recovery-points' });
      client.removeQueries({ queryKey: snapshotQuery(id).queryKey });
      void client.invalidateQueries({ queryKey: ['recovery-points'] });
      void client.invalidateQueries({ queryKey: ['snapshots'] });
    },
  });
  if (!may('admin')) return null;
  const isLast = remove.error !== null && asProblem(remove.error).code === 'last-good-snapshot';
  return (
    <Card withBorder padding="lg">
      <Group justify="space-between" gap="sm">
        <div>
          <Text fw={600}>Delete this snapshot</Text>
          <Text size="sm" c="dimmed">
            It cannot be brought back. Retention removes old ones by itself.
          </Text>
        </div>
        <Button variant="light" color="red" leftSection={<IconTrash size={16} />} onClick={open}>
          Delete…
        </Button>
      </Group>
      <ConfirmByTyping
        opened={opened}
        title="Delete this snapshot for good"
        name={id}
        action="Delete for good"
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={() => {
          remove.reset();
          setForce(false);
          close();
        }}
      >
        <Stack gap="xs">
          <Text size="sm">
            The state of <b>{source}</b> of {formatInstantHere(time)} is removed from {snapshot.destination}.
            Recovery points that hold it lose it.
          </Text>
          {(isLast || force) && (
            <Checkbox
              label={`Delete it although it is the last good snapshot of ${source}`}
              checked={force}
              onChange={(event) => setForce(event.currentTarget.checked)}
            />
          )}
        </Stack>
      </ConfirmByTyping>
    </Card>
  );
}
