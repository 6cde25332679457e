import type { Channel } from '@holdfast/contracts';
import { Button, Stack } from '@mantine/core';
import { IconBell, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../session/use-may.ts';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { ChannelCard } from './channel-card.tsx';
import { ChannelForm } from './channel-form.tsx';
import { channelsQuery } from './channels.queries.ts';
import { RemoveChannel } from './remove-channel.tsx';

/** Who is told of alerts, and how. */
export function ChannelsPage() {
  const may = useMay();
  const { data: channels, error, refetch } = useQuery(channelsQuery);
  const [editing, setEditing] = useState<Channel | 'new'>();
  const [removing, setRemoving] = useState<Channel>();
  const add = may('admin') && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
      Add a channel
    </Button>
  );
  return (
    <Page
      title="Notifications"
      description="Who is told of alerts while nobody looks here, and how."
      actions={channels !== undefined && channels.length > 0 && add}
    >
      {channels === undefined ? (
        error === null ? (
          <Loading />
        ) : (
          <Failed error={error} retry={() => void refetch()} />
        )
      ) : channels.length === 0 ? (
        <Empty icon={IconBell} title="Nobody is told of alerts yet" action={add}>
          Alerts stand in this app only. Add e-mail, a webhook, Slack, Discord or ntfy, so that a failed
          backup is noticed.
        </Empty>
      ) : (
        <Stack>
          {channels.map((channel) => (
            <ChannelCard
              key={channel.id}
              channel={channel}
              edit={() => setEditing(channel)}
              remove={() => setRemoving(channel)}
            />
          ))}
        </Stack>
      )}
      {editing === 'new' && <ChannelForm onClose={() => setEditing(undefined)} />}
      {editing !== undefined && editing !== 'new' && (
        <ChannelForm channel={editing} onClose={() => setEditing(undefined)} />
      )}
      {removing !== undefined && <RemoveChannel channel={removing} onClose={() => setRemoving(undefined)} />}
    </Page>
  );
}
