import {
  drillSchema,
  type SourceFilter,
  snapshotSchema,
  sourceListSchema,
  sourceSchema,
} from '@holdfast/contracts';
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import { call, callPage, segment } from '../api/call.ts';

export type SourcesFilter = Partial<Pick<SourceFilter, 'environment' | 'kind' | 'protected' | 'search'>>;

/** By name. */
export function sourcesQuery(filter: SourcesFilter) {
  return infiniteQueryOptions({
    queryKey: ['sources', filter],
    queryFn: ({ pageParam, signal }) =>
      call(sourceListSchema, '/v1/sources', { query: { ...filter, limit: 200, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });
}

export function sourceQuery(id: string) {
  return queryOptions({
    queryKey: ['source', id],
    queryFn: ({ signal }) => call(sourceSchema, `/v1/sources/${segment(id)}`, { signal }),
  });
}

/** Its snapshots, newest first. */
export function sourceHistoryQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['snapshots', 'of-source', id],
    queryFn: ({ pageParam, signal }) =>
      callPage(snapshotSchema, '/v1/snapshots', {
        query: { source: id, limit: 200, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });
}

/** Its last drills, newest first. */
export function sourceDrillsQuery(id: string) {
  return queryOptions({
    queryKey: ['drills', 'of-source', id],
    queryFn: async ({ signal }) =>
      (await callPage(drillSchema, '/v1/drills', { query: { source: id, limit: 5 }, signal })).items,
  });
}

/** What changes when a source is declared, or no longer. */
export async function sourcesChanged(client: QueryClient): Promise<void> {
  const keys = ['sources', 'source', 'environments', 'environment', 'plans', 'plan-preview', 'overview'];
  await Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] })));
}
