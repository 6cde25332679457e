import { type KeyStatus, operationSchema } from '@holdfast/contracts';
import { PasswordInput, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../api/call.ts';
import { ConfirmByTyping } from '../ui/confirm-by-typing.tsx';

interface RotateKeyProps {
  readonly status: KeyStatus;
  readonly onClose: () => void;
}

/** Starts a rotation, and goes to where it can be watched. */
export function RotateKey({ status, onClose }: RotateKeyProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState('');
  const going = status.rotation !== undefined;
  const rotate = useMutation({
    mutationFn: () =>
      call(operationSchema, '/v1/key/rotate', { method: 'POST', body: chosen === '' ? {} : { key: chosen } }),
    onSuccess: async ({ id }) => {
      await navigate({ to: '/operations/$id', params: { id } });
      await client.invalidateQueries({ queryKey: ['key'] });
    },
  });
  return (
    <ConfirmByTyping
      opened
      title={going ? 'Go on with the rotation' : 'Rotate the team key'}
      name={status.id}
      action={going ? 'Go on' : 'Rotate'}
      pending={rotate.isPending}
      error={rotate.error}
      onConfirm={() => rotate.mutate()}
      onClose={onClose}
    >
      <Text size="sm">
        Every repository gets a new key, and then loses the old one. Printed recovery kits are good no more:
        keep the new key, and print the kit anew. Backups go on meanwhile; nothing is uploaded again.
      </Text>
      {!going && (
        <PasswordInput
          label="A key of your own"
          description="Left empty, a strong one is generated"
          autoComplete="off"
          value={chosen}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
      )}
    </ConfirmByTyping>
  );
}
