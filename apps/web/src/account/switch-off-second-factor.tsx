import { Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { callVoid } from '../api/call.ts';
import { accountQuery } from '../people/people.queries.ts';
import { PasswordStep } from './password-step.tsx';

export function SwitchOffSecondFactor({ onClose }: { readonly onClose: () => void }) {
  const client = useQueryClient();
  const off = useMutation({
    mutationFn: (password: string) => callVoid('/v1/totp/disable', { method: 'POST', body: { password } }),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: accountQuery.queryKey });
    },
  });
  return (
    <Modal opened onClose={onClose} title="Switch the second factor off">
      <PasswordStep
        why="From then on the password alone signs you in. The recovery codes are good no more."
        action="Switch it off"
        pending={off.isPending}
        error={off.error}
        onPassword={(password) => off.mutate(password)}
        onClose={onClose}
      />
    </Modal>
  );
}
