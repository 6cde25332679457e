import { whoAmISchema } from '@holdfast/contracts';
import { Button, Card, Group, PasswordInput, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/call.ts';
import { Failed } from '../ui/states.tsx';

export function ChangePassword() {
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const change = useMutation({
    mutationFn: () => call(whoAmISchema, '/v1/password', { method: 'POST', body: { current, next } }),
    onSuccess: async () => {
      setCurrent('');
      setNext('');
      notifications.show({
        color: 'teal',
        title: 'The password was changed',
        message: 'Every other browser that was signed in is not any more.',
      });
      await client.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Card withBorder padding="lg">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <div>
            <Title order={2} size="h4">
              Password
            </Title>
            <Text size="sm" c="dimmed">
              A new one signs you out in every other browser.
            </Text>
          </div>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <PasswordInput
              label="Current password"
              autoComplete="current-password"
              required
              value={current}
              onChange={(event) => setCurrent(event.currentTarget.value)}
            />
            <PasswordInput
              label="New password"
              placeholder="At least 12 characters"
              autoComplete="new-password"
              required
              minLength={12}
              value={next}
              onChange={(event) => setNext(event.currentTarget.value)}
            />
          </SimpleGrid>
          {change.error !== null && <Failed error={change.error} />}
          <Group>
            <Button type="submit" variant="default" loading={change.isPending}>
              Change the password
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
