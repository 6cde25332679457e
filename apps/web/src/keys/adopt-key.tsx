import { adoptedKeySchema } from '@holdfast/contracts';
import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call } from '../api/call.ts';
import { Failed } from '../ui/states.tsx';
import { keyStatusQuery } from './keys.queries.ts';

/** Takes the key of an earlier Holdfast. Where repositories have another one, they are rotated to it. */
export function AdoptKey({ onClose }: { readonly onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [password, setPassword] = useState('');
  const adopt = useMutation({
    mutationFn: () => call(adoptedKeySchema, '/v1/key/adopt', { method: 'POST', body: { password } }),
    onSuccess: async ({ key, operation }) => {
      client.setQueryData(keyStatusQuery.queryKey, key);
      onClose();
      await client.invalidateQueries({ queryKey: ['alerts'] });
      if (operation !== undefined) {
        await navigate({ to: '/operations/$id', params: { id: operation.id } });
      }
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    adopt.mutate();
  };
  return (
    <Modal opened onClose={onClose} title="Enter a key">
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">
            The key as it stands in the recovery kit. Repositories that were made here with another key get
            this one by a rotation, which can be watched.
          </Text>
          <PasswordInput
            label="Key"
            required
            autoComplete="off"
            data-autofocus
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {adopt.error !== null && <Failed error={adopt.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={adopt.isPending}>
              Use this key
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
