import { Button, Group, Stack, Title } from '@mantine/core';
import { IconCalendarOff } from '@tabler/icons-react';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { PagedTable, rowsOf } from '../ui/paged-table.tsx';
import { Empty } from '../ui/states.tsx';
import type { Column } from '../ui/virtual-table.tsx';
import { formatDay } from './days.ts';

interface DayListProps<Row> {
  readonly label: string;
  readonly query: UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly Row[] }>>;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** That only rows of are asked for. */
  readonly day: string | undefined;
  /** Shows all days again. */
  readonly onAll: () => void;
  /** What is shown where there is none on any day. */
  readonly empty: ReactNode;
}

/** What there is of a day or of all days, newest first. */
export function DayList<Row>({ label, query, columns, keyOf, day, onAll, empty }: DayListProps<Row>) {
  const hasRows = query.data !== undefined && rowsOf(query.data).length > 0;
  const showAll = (
    <Button variant="light" size="xs" onClick={onAll}>
      Show all days
    </Button>
  );
  return (
    <Stack gap="sm">
      <Group justify="space-between" mih={30}>
        <Title order={2} size="h4">
          {day === undefined ? 'All days, newest first' : formatDay(day)}
        </Title>
        {day !== undefined && hasRows && showAll}
      </Group>
      <PagedTable
        label={label}
        query={query}
        columns={columns}
        keyOf={keyOf}
        empty={
          day === undefined ? (
            empty
          ) : (
            <Empty icon={IconCalendarOff} title="Nothing on this day" action={showAll}>
              Nothing of this day is kept.
            </Empty>
          )
        }
      />
    </Stack>
  );
}
