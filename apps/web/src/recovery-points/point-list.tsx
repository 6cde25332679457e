import type { RecoveryPoint } from '@holdfast/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Column } from '../ui/virtual-table.tsx';
import { DayList } from './day-list.tsx';
import { type PointsFilter, recoveryPointsQuery } from './recovery-points.queries.ts';

interface PointListProps {
  readonly filter: PointsFilter;
  readonly columns: readonly Column<RecoveryPoint>[];
  readonly onAll: () => void;
  readonly empty: ReactNode;
}

/** Recovery points, newest first. */
export function PointList({ filter, columns, onAll, empty }: PointListProps) {
  const query = useInfiniteQuery(recoveryPointsQuery(filter));
  return (
    <DayList
      label="Recovery points"
      query={query}
      columns={columns}
      keyOf={({ id }) => id}
      day={filter.day}
      onAll={onAll}
      empty={empty}
    />
  );
}
