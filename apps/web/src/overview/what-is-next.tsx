import type { Overview } from '@holdfast/contracts';
import { Card, Group, Stack, Text, Title } from '@mantine/core';
import { formatInstantHere, Instant } from '../ui/instant.tsx';

const shown = 5;

/** What the scheduler starts next. */
export function WhatIsNext({ runs }: { readonly runs: Overview['nextRuns'] }) {
  const soonest = runs.toSorted((a, b) => a.time.localeCompare(b.time)).slice(0, shown);
  return (
    <Card withBorder padding="lg">
      <Stack gap="sm">
        <Title order={2} size="h4">
          Next
        </Title>
        {soonest.length === 0 && <Text c="dimmed">Nothing is scheduled. Every plan is paused.</Text>}
        {soonest.map(({ name, time }) => (
          <Group key={`${name} ${time}`} justify="space-between" wrap="nowrap">
            <Text size="sm" truncate>
              {name}
            </Text>
            <Text size="sm" c="dimmed">
              <Instant at={time} />, {formatInstantHere(time)}
            </Text>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
