import { restorePreflightSchema, snapshotEntrySchema, snapshotSchema } from '@holdfast/contracts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, callAll, callPage, segment } from '../api/call.ts';
import type { MonthContent } from '../recovery-points/day-calendar.tsx';
import { spanOfDay, spanOfMonth } from '../recovery-points/days.ts';

export function snapshotQuery(id: string) {
  return queryOptions({
    queryKey: ['snapshot', id],
    queryFn: ({ signal }) => call(snapshotSchema, `/v1/snapshots/${segment(id)}`, { signal }),
  });
}

/** Of one source, of a day of the viewer's zone or of all, newest first. */
export function sourceSnapshotsQuery(source: string, day: string | undefined) {
  return infiniteQueryOptions({
    queryKey: ['snapshots', { source, day }],
    queryFn: ({ pageParam, signal }) =>
      callPage(snapshotSchema, '/v1/snapshots', {
        query: { source, ...(day === undefined ? {} : spanOfDay(day)), limit: 100, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });
}

/** Those of one source in a month of the viewer's zone. */
export function sourceSnapshotsMonthQuery(source: string, month: string) {
  return queryOptions({
    queryKey: ['snapshots', 'month', { source, month }],
    queryFn: async ({ signal }): Promise<MonthContent> => {
      const query = { source, ...spanOfMonth(month), limit: 1000 };
      const snapshots = await callAll(snapshotSchema, '/v1/snapshots', { query, signal });
      const found = snapshots.map(({ time, state }) => ({ time, warning: state === 'suspicious' }));
      return { found, more: false };
    },
    placeholderData: keepPreviousData,
  });
}

/** What lies in one folder of a snapshot. It never changes. */
export function snapshotEntriesQuery(id: string, path: string) {
  return infiniteQueryOptions({
    queryKey: ['snapshot', id, 'entries', path],
    queryFn: ({ pageParam, signal }) =>
      callPage(snapshotEntrySchema, `/v1/snapshots/${segment(id)}/entries`, {
        query: { path, limit: 500, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
  });
}

/** Where the browser finds a file of a snapshot, or a folder as an archive. */
export function downloadAddress(id: string, path: string): string {
  return `/v1/snapshots/${segment(id)}/download?${new URLSearchParams({ path }).toString()}`;
}

/** What a restore of a snapshot into its source would replace. */
export function restorePreflightQuery(source: string, snapshot: string) {
  return queryOptions({
    queryKey: ['restore-preflight', source, snapshot],
    queryFn: ({ signal }) =>
      call(restorePreflightSchema, '/v1/restores/preflight', {
        method: 'POST',
        body: { source, snapshot },
        signal,
      }),
    staleTime: 60_000,
    refetchInterval: false,
  });
}
