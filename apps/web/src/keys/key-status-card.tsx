import type { KeyStatus } from '@holdfast/contracts';
import { Alert, Badge, Card, Code, Group, Stack, Table, Text, Title } from '@mantine/core';
import { formatInstantHere } from '../ui/instant.tsx';

const stateWords = {
  confirmed: ['teal', 'kept by somebody'],
  unconfirmed: ['orange', 'nobody keeps it yet'],
  missing: ['red', 'missing'],
} as const;

const repositoryWords = {
  current: 'has this key',
  'old-keys-left': 'has this key, and an older one that is still to be removed',
  'not-followed': 'has an older key',
} as const;

/** How the key stands, and where it has not arrived. */
export function KeyStatusCard({ status }: { readonly status: KeyStatus }) {
  const [colour, word] = stateWords[status.state];
  const behind = status.repositories.filter(({ state }) => state !== 'current');
  return (
    <Card withBorder padding="lg">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4">
            Key <Code fz="md">{status.id}</Code>
          </Title>
          <Badge color={colour} size="lg">
            {word}
          </Badge>
        </Group>
        <Text size="sm">
          {status.origin === 'generated' ? 'Generated' : 'Chosen by a person'} at{' '}
          {formatInstantHere(status.created)}
          {status.confirmed !== undefined &&
            `; ${status.confirmed.by} has shown at ${formatInstantHere(status.confirmed.at)} to have kept it`}
          . {repositories(status)}
        </Text>
        {status.state === 'missing' && (
          <Alert color="red" title="The vault does not hold the key">
            No backup can be made, nor read, until it is entered again. It stands in the recovery kit with
            this id.
          </Alert>
        )}
        {status.rotation !== undefined && (
          <Alert color="blue" title="A new key is on its way">
            {status.rotation === 'adding'
              ? 'The repositories get the next key; this one is in force until all have it.'
              : 'The next key is in force. Repositories that could not be reached follow later, by themselves.'}
          </Alert>
        )}
        {behind.length > 0 && (
          <Table aria-label="Repositories that have not followed">
            <Table.Tbody>
              {behind.map(({ source, destination, state }) => (
                <Table.Tr key={`${source} ${destination}`}>
                  <Table.Td>{source}</Table.Td>
                  <Table.Td>{destination}</Table.Td>
                  <Table.Td>{repositoryWords[state]}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Stack>
    </Card>
  );
}

function repositories({ repositories: all }: KeyStatus): string {
  if (all.length === 0) return 'No repository was made with it yet.';
  const current = all.filter(({ state }) => state === 'current').length;
  if (current < all.length) return `${current} of ${all.length} repositories have it.`;
  return all.length === 1 ? 'One repository has it.' : `All ${all.length} repositories have it.`;
}
