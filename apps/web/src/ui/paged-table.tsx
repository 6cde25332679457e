import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { type ReactNode, useCallback } from 'react';
import { Failed, Loading } from './states.tsx';
import { type Column, VirtualTable } from './virtual-table.tsx';

interface PagedTableProps<Row> {
  readonly label: string;
  readonly query: UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly Row[] }>>;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** Stands where there are no rows: why, and what to do next. */
  readonly empty: ReactNode;
}

/** A list that comes in pages, in its four states: it is loading, it failed, there is nothing, or there are rows. */
export function PagedTable<Row>({ label, query, columns, keyOf, empty }: PagedTableProps<Row>) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  // Rows that are there stay when they cannot be asked for again: that the server is away is told above the page.
  if (data === undefined) {
    return error === null ? <Loading rows={8} /> : <Failed error={error} retry={() => void refetch()} />;
  }
  const rows = rowsOf(data);
  if (rows.length === 0) return empty;
  return (
    <VirtualTable
      label={label}
      columns={columns}
      rows={rows}
      keyOf={keyOf}
      onEnd={onEnd}
      loadingMore={isFetchingNextPage}
    />
  );
}

/** The rows of all pages that were read. */
export function rowsOf<Row>(data: InfiniteData<{ readonly items: readonly Row[] }>): Row[] {
  return data.pages.flatMap(({ items }) => items);
}
