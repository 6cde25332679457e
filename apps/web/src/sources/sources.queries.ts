import { type SourceFilter, sourceListSchema, sourceSchema } from '@holdfast/contracts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, segment } from '../api/call.ts';

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
