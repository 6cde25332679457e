import { type Channel, channelSchema } from '@holdfast/contracts';
import { Button, Divider, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, segment } from '../api/call.ts';
import { Failed } from '../ui/states.tsx';
import { channelKinds } from './channel-kinds.ts';
import { type Selection, SelectionFields } from './selection-fields.tsx';
import { SettingFields, type SettingValues } from './setting-fields.tsx';

const everything: Selection = {
  enabled: true,
  minSeverity: 'info',
  windowSeconds: 60,
  codes: [],
  environments: [],
};

interface ChannelFormProps {
  /** The one to change; absent: a new one. */
  readonly channel?: Channel;
  readonly onClose: () => void;
}

/** A new channel, or another one. What is in its settings does not come back: what is typed replaces it. */
export function ChannelForm({ channel, onClose }: ChannelFormProps) {
  const client = useQueryClient();
  const [name, setName] = useState(channel?.name ?? '');
  const [kind, setKind] = useState(channel?.kind ?? 'email');
  const [settings, setSettings] = useState<SettingValues>({});
  const [selection, setSelection] = useState<Selection>({
    ...everything,
    ...channel,
    codes: channel?.codes ?? [],
    environments: channel?.environments ?? [],
  });
  const save = useMutation({
    mutationFn: () => {
      const { codes, environments, enabled, minSeverity, windowSeconds } = selection;
      const body = { name, settings: filledIn(settings), enabled, minSeverity, windowSeconds };
      if (channel === undefined) {
        const only = {
          ...(codes.length === 0 ? {} : { codes }),
          ...(environments.length === 0 ? {} : { environments }),
        };
        return call(channelSchema, '/v1/channels', { method: 'POST', body: { ...body, ...only, kind } });
      }
      return call(channelSchema, `/v1/channels/${segment(channel.id)}`, {
        method: 'PATCH',
        body: {
          ...body,
          codes: codes.length === 0 ? null : codes,
          environments: environments.length === 0 ? null : environments,
        },
      });
    },
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: ['channels'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={channel === undefined ? 'Add a channel' : channel.name}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Group grow align="flex-start">
            <TextInput
              label="Name"
              required
              autoComplete="off"
              data-autofocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            {channel === undefined && (
              <Select
                label="Kind"
                data={Object.entries(channelKinds).map(([value, { label }]) => ({ value, label }))}
                value={kind}
                allowDeselect={false}
                onChange={(chosen) => {
                  setKind(chosen ?? 'email');
                  setSettings({});
                }}
              />
            )}
          </Group>
          {channel !== undefined && (
            <Text size="sm" c="dimmed">
              It leads to {channel.target}. Its settings are not shown: fill in only what is to change.
            </Text>
          )}
          <SettingFields
            kind={kind}
            values={settings}
            stored={channel !== undefined}
            onChange={setSettings}
          />
          <Divider />
          <SelectionFields value={selection} onChange={setSelection} />
          {save.error !== null && <Failed error={save.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              {channel === undefined ? 'Add' : 'Save'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function filledIn(settings: SettingValues): SettingValues {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ''));
}
