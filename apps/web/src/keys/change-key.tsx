import type { KeyStatus } from '@holdfast/contracts';
import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconKey, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { AdoptKey } from './adopt-key.tsx';
import { RotateKey } from './rotate-key.tsx';

/** A new key for every repository, or that of an earlier Holdfast. */
export function ChangeKey({ status }: { readonly status: KeyStatus }) {
  const [open, setOpen] = useState<'rotate' | 'adopt'>();
  const close = () => setOpen(undefined);
  const missing = status.state === 'missing';
  return (
    <Card withBorder padding="lg">
      <Stack>
        <div>
          <Title order={2} size="h4">
            {missing ? 'Enter the key again' : 'Another key'}
          </Title>
          <Text size="sm" c="dimmed">
            {missing
              ? 'The one of the recovery kit.'
              : 'Rotate it when somebody left who knew it, or when a copy of it was lost. Take the key of an earlier Holdfast when its backups are to be read here.'}
          </Text>
        </div>
        <Group>
          {!missing && (
            <Button
              variant="default"
              leftSection={<IconRefresh size={16} />}
              onClick={() => setOpen('rotate')}
            >
              {status.rotation === undefined ? 'Rotate the key' : 'Go on with the rotation'}
            </Button>
          )}
          <Button
            variant={missing ? 'filled' : 'default'}
            leftSection={<IconKey size={16} />}
            onClick={() => setOpen('adopt')}
          >
            {missing ? 'Enter the key' : 'Take the key of an earlier Holdfast'}
          </Button>
        </Group>
      </Stack>
      {open === 'rotate' && <RotateKey status={status} onClose={close} />}
      {open === 'adopt' && <AdoptKey onClose={close} />}
    </Card>
  );
}
