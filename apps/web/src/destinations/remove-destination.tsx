import type { Destination } from '@holdfast/contracts';
import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { segment } from '../api/call.ts';
import { useMay } from '../session/use-may.ts';
import { RemoveByTyping } from '../ui/remove-by-typing.tsx';
import { destinationsQuery } from './destinations.queries.ts';

/** Forgets a destination; what is stored there stays. */
export function RemoveDestination({ destination }: { readonly destination: Destination }) {
  const { id, name, snapshots } = destination;
  const may = useMay();
  const client = useQueryClient();
  const [opened, { open, close }] = useDisclosure();
  if (!may('admin')) return null;
  return (
    <>
      <Button size="xs" variant="subtle" color="red" onClick={open}>
        Remove
      </Button>
      <RemoveByTyping
        opened={opened}
        title={`Remove ${name}`}
        name={name}
        action="Remove the destination"
        path={`/v1/destinations/${segment(id)}`}
        query={{ force: snapshots > 0 }}
        onRemoved={() => client.invalidateQueries({ queryKey: destinationsQuery.queryKey })}
        onClose={close}
      >
        <Text size="sm">
          Holdfast forgets this destination and the keys to it. Nothing is deleted there: what is stored can
          still be restored with restic and the team key.
        </Text>
        {snapshots > 0 && (
          <Text size="sm" fw={500}>
            It holds {snapshots} {snapshots === 1 ? 'snapshot' : 'snapshots'}, which can no longer be restored
            from here, unless the destination is added again.
          </Text>
        )}
        {destination.isDefault && (
          <Text size="sm">It is the default. Another destination becomes the default in its place.</Text>
        )}
      </RemoveByTyping>
    </>
  );
}
