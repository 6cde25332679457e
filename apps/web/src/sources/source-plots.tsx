import '@mantine/charts/styles.layer.css';
import type { Snapshot } from '@holdfast/contracts';
import { formatBytes, formatDuration } from '@holdfast/contracts/quantities';
import { BarChart, LineChart } from '@mantine/charts';
import { Card, SimpleGrid, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { byteAxis, durationAxis } from '../ui/axis.ts';

/** Whoever wants more reads the list. */
const most = 120;
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const minute = new Intl.DateTimeFormat(undefined, { timeStyle: 'short', hourCycle: 'h23' });
const full = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium',
  hourCycle: 'h23',
});

/** How its size, what each snapshot added, and how long each took developed. Newest first comes in, oldest first is drawn. */
export function SourcePlots({ snapshots }: { readonly snapshots: readonly Snapshot[] }) {
  // Snapshots in another destination are copies of nearly the same state: they would saw at every line.
  const destination = snapshots[0]?.destination;
  const drawn = snapshots
    .filter((one) => one.destination === destination)
    .slice(0, most)
    .toReversed();
  const data = drawn.map(({ time, bytes, bytesAdded, durationMs }) => ({
    time: full.format(new Date(time)),
    Size: bytes,
    'Added to storage': bytesAdded,
    Took: durationMs,
  }));
  const [first, last] = [drawn[0], drawn.at(-1)];
  if (first === undefined || last === undefined || drawn.length < 2) return null;
  const oneDay = Date.parse(last.time) - Date.parse(first.time) < 86_400_000;
  const shortTimes = new Map(
    drawn.map(({ time }) => [full.format(new Date(time)), (oneDay ? minute : day).format(new Date(time))]),
  );
  const common = {
    h: 200,
    data,
    dataKey: 'time',
    xAxisProps: { minTickGap: 24, tickFormatter: (time: string) => shortTimes.get(time) ?? time },
    gridAxis: 'x',
  } as const;
  return (
    <SimpleGrid cols={{ base: 1, md: 3 }}>
      <Plot title="Size" destination={destination}>
        <LineChart
          {...common}
          series={[{ name: 'Size', color: 'cyan.7' }]}
          valueFormatter={formatBytes}
          yAxisProps={{ width: 70, ...byteAxis(drawn.map(({ bytes }) => bytes)) }}
          curveType="linear"
          withDots={drawn.length < 40}
        />
      </Plot>
      <Plot title="Added to storage" destination={destination}>
        <BarChart
          {...common}
          series={[{ name: 'Added to storage', color: 'cyan.7' }]}
          valueFormatter={formatBytes}
          yAxisProps={{ width: 70, ...byteAxis(drawn.map(({ bytesAdded }) => bytesAdded)) }}
        />
      </Plot>
      <Plot title="Took" destination={destination}>
        <BarChart
          {...common}
          series={[{ name: 'Took', color: 'gray.6' }]}
          valueFormatter={formatDuration}
          yAxisProps={{ width: 70, ...durationAxis(drawn.map(({ durationMs }) => durationMs)) }}
        />
      </Plot>
    </SimpleGrid>
  );
}

interface PlotProps {
  readonly title: string;
  readonly destination: string | undefined;
  readonly children: ReactNode;
}

function Plot({ title, destination, children }: PlotProps) {
  return (
    <Card withBorder padding="md">
      <Title order={2} size="h5">
        {title}
      </Title>
      <Text size="xs" c="dimmed" mb="sm">
        of each snapshot in {destination}
      </Text>
      {children}
    </Card>
  );
}
