import { AreaChart } from '@mantine/charts';
import '@mantine/charts/styles.layer.css';
import type { Overview } from '@holdfast/contracts';
import { formatBytes } from '@holdfast/contracts/quantities';
import { byteAxis } from '../ui/axis.ts';

interface StoragePlotProps {
  readonly days: Overview['storage'];
  readonly height: number;
}

/** What backups read and what they added, by day. */
export default function StoragePlot({ days, height }: StoragePlotProps) {
  return (
    <AreaChart
      h={height}
      data={days.map(({ day, bytes, bytesAdded }) => ({
        day,
        'Backed up': bytes,
        'Added to storage': bytesAdded,
      }))}
      dataKey="day"
      series={[
        { name: 'Backed up', color: 'gray.5' },
        { name: 'Added to storage', color: 'cyan.7' },
      ]}
      valueFormatter={formatBytes}
      yAxisProps={{ width: 70, ...byteAxis(days.flatMap(({ bytes, bytesAdded }) => [bytes, bytesAdded])) }}
      curveType="step"
      withLegend
      withDots={days.length < 15}
    />
  );
}
