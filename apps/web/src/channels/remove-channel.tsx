import type { Channel } from '@holdfast/contracts';
import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { callVoid, segment } from '../api/call.ts';
import { ConfirmByTyping } from '../ui/confirm-by-typing.tsx';

interface RemoveChannelProps {
  readonly channel: Channel;
  readonly onClose: () => void;
}

export function RemoveChannel({ channel, onClose }: RemoveChannelProps) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => callVoid(`/v1/channels/${segment(channel.id)}`, { method: 'DELETE' }),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: ['channels'] });
    },
  });
  return (
    <ConfirmByTyping
      opened
      title={`Remove the channel ${channel.name}`}
      name={channel.name}
      action="Remove"
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <Text size="sm">
        Nobody is told of alerts by it any more. Its settings, with what is secret in them, are forgotten.
      </Text>
    </ConfirmByTyping>
  );
}
