import type { ApiToken } from '@holdfast/contracts';
import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { callVoid, segment } from '../api/call.ts';
import { ConfirmByTyping } from '../ui/confirm-by-typing.tsx';

interface RemoveTokenProps {
  readonly token: ApiToken;
  readonly onClose: () => void;
}

export function RemoveToken({ token, onClose }: RemoveTokenProps) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => callVoid(`/v1/tokens/${segment(token.id)}`, { method: 'DELETE' }),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: ['tokens'] });
    },
  });
  return (
    <ConfirmByTyping
      opened
      title={`Remove the token ${token.name}`}
      name={token.name}
      action="Remove"
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <Text size="sm">Whatever uses it is refused at once.</Text>
    </ConfirmByTyping>
  );
}
