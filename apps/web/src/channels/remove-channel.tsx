import type { Channel } from '@holdfast/contracts';
import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { segment } from '../api/call.ts';
import { RemoveByTyping } from '../ui/remove-by-typing.tsx';
import { channelsQuery } from './channels.queries.ts';

interface RemoveChannelProps {
  readonly channel: Channel;
  readonly onClose: () => void;
}

export function RemoveChannel({ channel: { id, name }, onClose }: RemoveChannelProps) {
  const client = useQueryClient();
  return (
    <RemoveByTyping
      title={`Remove the channel ${name}`}
      name={name}
      path={`/v1/channels/${segment(id)}`}
      onRemoved={() => client.invalidateQueries({ queryKey: channelsQuery.queryKey })}
      onClose={onClose}
    >
      <Text size="sm">
        Nobody is told of alerts by it any more. Its settings, with what is secret in them, are forgotten.
      </Text>
    </RemoveByTyping>
  );
}
