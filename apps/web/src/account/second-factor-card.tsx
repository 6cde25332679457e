import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { SetUpSecondFactor } from './set-up-second-factor.tsx';
import { SwitchOffSecondFactor } from './switch-off-second-factor.tsx';

/** A code of an authenticator beside the password. */
export function SecondFactorCard({ on }: { readonly on: boolean }) {
  const [open, setOpen] = useState<'set-up' | 'off'>();
  const close = () => setOpen(undefined);
  return (
    <Card withBorder padding="lg">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4">
            Second factor
          </Title>
          <Badge color={on ? 'teal' : 'gray'} size="lg">
            {on ? 'on' : 'off'}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {on
            ? 'Signing in with the password wants a code of your authenticator, too.'
            : 'With it, a password alone opens nothing: signing in wants a code of an app on your phone, too.'}
        </Text>
        <Group>
          {on ? (
            <Button variant="default" color="red" onClick={() => setOpen('off')}>
              Switch it off
            </Button>
          ) : (
            <Button onClick={() => setOpen('set-up')}>Set it up</Button>
          )}
        </Group>
      </Stack>
      {open === 'set-up' && <SetUpSecondFactor onClose={close} />}
      {open === 'off' && <SwitchOffSecondFactor onClose={close} />}
    </Card>
  );
}
