import { type Channel, channelTestSchema } from '@holdfast/contracts';
import { Alert, Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconEdit, IconSend, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call, segment } from '../api/call.ts';
import { useMay } from '../session/use-may.ts';
import { Instant } from '../ui/instant.tsx';
import { Failed } from '../ui/states.tsx';
import { kindLabel } from './channel-kinds.ts';

interface ChannelCardProps {
  readonly channel: Channel;
  readonly edit: () => void;
  readonly remove: () => void;
}

/** One way to people: where it leads, whether messages arrive, and a test of it. */
export function ChannelCard({ channel, edit, remove }: ChannelCardProps) {
  const may = useMay();
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () => call(channelTestSchema, `/v1/channels/${segment(channel.id)}/test`, { method: 'POST' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['channels'] }),
  });
  const { name, target, lastSuccess, lastError, waiting, givenUp } = channel;
  return (
    <Card withBorder padding="lg" component="section" aria-label={name}>
      <Stack gap="sm">
        <Group justify="space-between">
          <div>
            <Title order={2} size="h4">
              {name}
            </Title>
            <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {kindLabel(channel)} to {target}
            </Text>
          </div>
          <ChannelState channel={channel} />
        </Group>
        <Text size="sm">
          {selectionWords(channel)}{' '}
          {lastSuccess === undefined ? (
            'No message has arrived yet.'
          ) : (
            <>
              The last message arrived <Instant at={lastSuccess} />.
            </>
          )}{' '}
          {waiting > 0 && `${waiting} waiting to be sent. `}
          {givenUp > 0 && `${givenUp} given up in the last week.`}
        </Text>
        {lastError !== undefined && test.data === undefined && (
          <Alert color="red" title="The last message did not arrive">
            <Text size="sm">
              {lastError.detail} (<Instant at={lastError.time} />)
            </Text>
            <Text size="sm" fw={500}>
              {lastError.hint}
            </Text>
          </Alert>
        )}
        {test.error !== null && <Failed error={test.error} />}
        {test.data !== undefined && (
          <Alert
            color={test.data.ok ? 'teal' : 'red'}
            title={test.data.ok ? 'The test arrived' : 'The test did not arrive'}
            role="status"
          >
            <Text size="sm">{test.data.detail}</Text>
            {test.data.error !== undefined && (
              <Text size="sm" fw={500}>
                {test.data.error.hint}
              </Text>
            )}
          </Alert>
        )}
        {may('admin') && (
          <Group gap="xs">
            <Button
              size="xs"
              variant="light"
              leftSection={<IconSend size={14} />}
              loading={test.isPending}
              onClick={() => test.mutate()}
            >
              Send a test
            </Button>
            <Button size="xs" variant="default" leftSection={<IconEdit size={14} />} onClick={edit}>
              Change
            </Button>
            <Button
              size="xs"
              variant="default"
              color="red"
              leftSection={<IconTrash size={14} />}
              onClick={remove}
            >
              Remove
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  );
}

function ChannelState({ channel }: { readonly channel: Channel }) {
  if (!channel.enabled) return <Badge color="gray">off</Badge>;
  if (channel.lastError !== undefined) return <Badge color="red">failing</Badge>;
  if (channel.lastSuccess === undefined) return <Badge color="blue">not tried yet</Badge>;
  return <Badge color="teal">works</Badge>;
}

function selectionWords({ minSeverity, codes, environments }: Channel): string {
  const least = {
    info: 'Tells of everything',
    warning: 'Tells of warnings and what is critical',
    critical: 'Tells only of what is critical',
  }[minSeverity];
  const some = codes === undefined ? '' : `, of ${codes.length} kinds of alerts`;
  const where = environments === undefined ? '' : `, in ${environments.join(', ')}`;
  return `${least}${some}${where}.`;
}
