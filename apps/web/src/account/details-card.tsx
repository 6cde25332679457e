import { type Person, personSchema } from '@holdfast/contracts';
import { Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/call.ts';
import { accountQuery } from '../people/people.queries.ts';
import { RoleBadge } from '../people/role-badge.tsx';
import { sessionKey } from '../session/session.queries.ts';
import { Failed } from '../ui/states.tsx';

/** The name is theirs to change; the address and the role are for an owner. */
export function DetailsCard({ account }: { readonly account: Person }) {
  const client = useQueryClient();
  const [name, setName] = useState(account.name);
  const save = useMutation({
    mutationFn: () => call(personSchema, '/v1/account', { method: 'PATCH', body: { name } }),
    onSuccess: async (changed) => {
      client.setQueryData(accountQuery.queryKey, changed);
      await client.invalidateQueries({ queryKey: sessionKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Card withBorder padding="lg">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Group justify="space-between">
            <Title order={2} size="h4">
              {account.email}
            </Title>
            <RoleBadge role={account.role} />
          </Group>
          <Group align="flex-end">
            <TextInput
              label="Your name"
              autoComplete="name"
              required
              maw={360}
              flex={1}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" disabled={name === account.name} loading={save.isPending}>
              Save
            </Button>
          </Group>
          {save.error !== null && <Failed error={save.error} />}
          <Text size="xs" c="dimmed">
            Owners change roles, on the page of the team.
          </Text>
        </Stack>
      </form>
    </Card>
  );
}
