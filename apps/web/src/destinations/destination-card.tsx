import type { Destination } from '@holdfast/contracts';
import { formatBytes } from '@holdfast/contracts/quantities';
import { Badge, Card, Code, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Instant } from '../ui/instant.tsx';
import { CheckButton } from './check-button.tsx';
import { formatMoney, kindOfDestination } from './destination-words.ts';
import { MakeDefaultButton } from './make-default-button.tsx';
import { ProbeReport } from './probe-report.tsx';
import { RemoveDestination } from './remove-destination.tsx';

/** One destination: where it is, whether it works, what it holds and what that costs. */
export function DestinationCard({ destination }: { readonly destination: Destination }) {
  const { name, kind, location, isDefault, onThisMachine = false, lastProbe } = destination;
  return (
    <Card withBorder padding="lg" component="section" aria-label={name}>
      <Stack h="100%">
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={2} size="h4">
              {name}
            </Title>
            <Text size="sm" c="dimmed">
              {kindOfDestination(kind)}
            </Text>
          </div>
          <Group gap={6}>
            {isDefault && <Badge>default</Badge>}
            {onThisMachine && <Badge color="orange">on this server</Badge>}
          </Group>
        </Group>
        <Code style={{ overflowWrap: 'anywhere' }}>{location}</Code>
        <Figures destination={destination} />
        {lastProbe === undefined ? (
          <Text size="sm" c="dimmed">
            It was not checked yet.
          </Text>
        ) : (
          <Stack gap="xs">
            <Group gap="xs">
              <Badge color={lastProbe.ok ? 'teal' : 'red'}>{lastProbe.ok ? 'works' : 'does not work'}</Badge>
              <Text size="sm" c="dimmed">
                checked <Instant at={lastProbe.time} />
              </Text>
            </Group>
            <ProbeReport probe={lastProbe} />
          </Stack>
        )}
        <Group gap="xs" mt="auto">
          <CheckButton destination={destination} size="xs">
            Check again
          </CheckButton>
          {!isDefault && <MakeDefaultButton destination={destination} />}
          <RemoveDestination destination={destination} />
        </Group>
      </Stack>
    </Card>
  );
}

function Figures({ destination }: { readonly destination: Destination }) {
  const { snapshots, bytesStored = 0, space, costPerMonth } = destination;
  return (
    <SimpleGrid cols={{ base: 2, xs: 4 }}>
      <Figure title="Snapshots">{snapshots}</Figure>
      <Figure title="Stored">{formatBytes(bytesStored)}</Figure>
      {space !== undefined && (
        <Figure title="Free" detail={`of ${formatBytes(space.totalBytes)}`}>
          {formatBytes(space.freeBytes)}
        </Figure>
      )}
      {costPerMonth !== undefined && (
        <Figure title="A month, about" detail={`price of ${costPerMonth.asOf}`}>
          {formatMoney(costPerMonth)}
        </Figure>
      )}
    </SimpleGrid>
  );
}

interface FigureProps {
  readonly title: string;
  readonly detail?: string;
  readonly children: ReactNode;
}

function Figure({ title, detail, children }: FigureProps) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <Text fw={600}>{children}</Text>
      {detail !== undefined && (
        <Text size="xs" c="dimmed">
          {detail}
        </Text>
      )}
    </div>
  );
}
