import type { EnvironmentPreflight, PreflightMember } from '@holdfast/contracts';
import { formatBytes } from '@holdfast/contracts/quantities';
import { Badge, Group, List, Stack, Table, Text } from '@mantine/core';
import { formatInstantHere } from '../ui/instant.tsx';

type FoundContainer = EnvironmentPreflight['containers'][number];

const actions: Readonly<
  Record<FoundContainer['action'], { readonly words: string; readonly colour: string }>
> = {
  keep: { words: 'stays', colour: 'gray' },
  stop: { words: 'stops meanwhile', colour: 'orange' },
  make: { words: 'is made', colour: 'blue' },
};

/** What a restore of an environment would do, in words. */
export function EnvironmentFindings({ preflight }: { readonly preflight: EnvironmentPreflight }) {
  const { environment, point, members, containers, pulls } = preflight;
  const made = [...preflight.volumes, ...preflight.networks].filter(({ action }) => action === 'make');
  return (
    <Stack gap="md">
      <Text>
        {environment} goes back to {formatInstantHere(point.time)}, from {point.destination}.
      </Text>
      <Table.ScrollContainer minWidth={420}>
        <Table aria-label="Data that is put back" verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Source</Table.Th>
              <Table.Th>Put back</Table.Th>
              <Table.Th>Replaces</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {members.map((member) => (
              <MemberRow key={member.sourceId} member={member} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {containers.length > 0 && (
        <Stack gap={6}>
          <Text fw={600}>Containers</Text>
          {containers.map((container) => (
            <ContainerLine key={container.name} container={container} />
          ))}
        </Stack>
      )}
      {made.length > 0 && (
        <Text size="sm">Made anew, as they are missing: {made.map(({ name }) => name).join(', ')}.</Text>
      )}
      {pulls.length > 0 && <Text size="sm">Images that are pulled before: {pulls.join(', ')}.</Text>}
    </Stack>
  );
}

function MemberRow({ member }: { readonly member: PreflightMember }) {
  const { source, kind, time, bytes, missing, replaces } = member;
  return (
    <Table.Tr>
      <Table.Td>
        {source}
        <Text size="xs" c="dimmed">
          {kind}
        </Text>
      </Table.Td>
      <Table.Td>
        {missing === undefined && time !== undefined
          ? `${bytes === undefined ? '' : `${formatBytes(bytes)}, `}${formatInstantHere(time)}`
          : 'nothing, it stays as it is'}
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {missing !== undefined || replaces.length === 0
          ? 'nothing'
          : replaces
              .map(({ name, bytes: now }) => (now === undefined ? name : `${name} (${formatBytes(now)})`))
              .join(', ')}
      </Table.Td>
    </Table.Tr>
  );
}

function ContainerLine({ container }: { readonly container: FoundContainer }) {
  const { name, action, starts, differences } = container;
  const { words, colour } = actions[action];
  return (
    <div>
      <Group gap="xs">
        <Text size="sm">{name}</Text>
        <Badge color={colour} size="sm">
          {words}
        </Badge>
        {starts && action !== 'keep' && (
          <Text size="xs" c="dimmed">
            and runs at the end
          </Text>
        )}
      </Group>
      {differences.length > 0 && (
        <List size="xs" c="dimmed">
          {differences.map((difference) => (
            <List.Item key={difference}>{difference}</List.Item>
          ))}
        </List>
      )}
    </div>
  );
}
