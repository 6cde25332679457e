import type { EnvironmentRestoreResult } from '@holdfast/contracts';
import { count, formatDuration } from '@holdfast/contracts/quantities';
import { Badge, Card, Group, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { Figure } from '../ui/figure.tsx';
import { formatInstantHere } from '../ui/instant.tsx';
import { PageLink } from '../ui/link.tsx';
import { Names, Warnings } from './restore-report.tsx';
import { VerifiedTitle } from './verified-title.tsx';

/** What a restore of an environment put back, what of it was compared, and what runs now. */
export function EnvironmentRestoreReport({ result }: { readonly result: EnvironmentRestoreResult }) {
  const { environment, pointId, pointTime, members, containers, recoveryMs, safetyPointId } = result;
  const figures = members.reduce((sum, { verified }) => sum + Object.keys(verified).length, 0);
  const running = containers.filter(({ state }) => state !== 'stopped').length;
  return (
    <Card withBorder padding="lg" role="region" aria-label="Result">
      <Stack>
        <VerifiedTitle verified={figures > 0}>{environment} was put back</VerifiedTitle>
        <SimpleGrid cols={{ base: 2, sm: 4 }}>
          <Figure title="As it was at">
            <PageLink to="/recovery-points/$id" params={{ id: pointId }}>
              {formatInstantHere(pointTime)}
            </PageLink>
          </Figure>
          <Figure title="Services were away">{formatDuration(recoveryMs)}</Figure>
          <Figure title="Figures compared">
            {figures === 0 ? 'none' : `${figures.toLocaleString()}, all equal`}
          </Figure>
          <Figure title="Containers">{`${running} of ${containers.length} run`}</Figure>
        </SimpleGrid>
        <Members members={members} />
        <Names title="Not in the recovery point, left as they are" names={result.skipped} />
        <Containers containers={containers} />
        {safetyPointId !== undefined && (
          <Text size="sm">
            The state before is kept as{' '}
            <PageLink to="/recovery-points/$id" params={{ id: safetyPointId }} size="sm">
              a recovery point of its own
            </PageLink>
            .
          </Text>
        )}
        <Warnings warnings={result.warnings} />
      </Stack>
    </Card>
  );
}

function Members({ members }: Pick<EnvironmentRestoreResult, 'members'>) {
  return (
    <Table.ScrollContainer minWidth={460}>
      <Table aria-label="What was put back" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Source</Table.Th>
            <Table.Th>Compared</Table.Th>
            <Table.Th>The state before is kept as</Table.Th>
            <Table.Th ta="right">Took</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {members.map(({ source, operationId, verified, previous, durationMs }) => (
            <Table.Tr key={operationId}>
              <Table.Td>
                <PageLink to="/operations/$id" params={{ id: operationId }} size="sm">
                  {source}
                </PageLink>
              </Table.Td>
              <Table.Td>{count(Object.keys(verified).length, 'figure')}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {previous.length === 0 ? '–' : previous.join(', ')}
              </Table.Td>
              <Table.Td ta="right">{durationMs === undefined ? '–' : formatDuration(durationMs)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const colours = { healthy: 'teal', running: 'teal', stopped: 'gray' } as const;

function Containers({ containers }: Pick<EnvironmentRestoreResult, 'containers'>) {
  if (containers.length === 0) return null;
  return (
    <Group gap="md">
      {containers.map(({ name, state, made }) => (
        <Group key={name} gap={6}>
          <Text size="sm">{name}</Text>
          <Badge size="sm" color={colours[state]}>
            {made ? `${state}, made anew` : state}
          </Badge>
        </Group>
      ))}
    </Group>
  );
}
