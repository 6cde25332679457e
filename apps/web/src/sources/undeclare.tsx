import type { Source } from '@holdfast/contracts';
import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { segment } from '../api/call.ts';
import { useMay } from '../session/use-may.ts';
import { RemoveByTyping } from '../ui/remove-by-typing.tsx';
import { sourcesChanged } from './sources.queries.ts';

/** Takes a declaration back. */
export function Undeclare({ source: { id, name } }: { readonly source: Source }) {
  const may = useMay();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [opened, { open, close }] = useDisclosure();
  if (!may('admin')) return null;
  return (
    <>
      <Button variant="default" c="red" leftSection={<IconTrash size={16} />} onClick={open}>
        Undeclare
      </Button>
      <RemoveByTyping
        opened={opened}
        title={`Back up ${name} no longer`}
        name={name}
        action="Take the declaration back"
        path={`/v1/sources/${segment(id)}`}
        onRemoved={async () => {
          await navigate({ to: '/sources' });
          await sourcesChanged(client);
        }}
        onClose={close}
      >
        <Text size="sm">
          No plan backs it up from now on, and a password that was declared with it is forgotten. What it is
          itself stays as it is; its snapshots stay, and can be restored.
        </Text>
      </RemoveByTyping>
    </>
  );
}
