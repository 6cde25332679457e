import { environmentSchema } from '@holdfast/contracts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, callPage, segment } from '../api/call.ts';

/** By name; `search` is a part of it. */
export function environmentsQuery(search: string | undefined) {
  return infiniteQueryOptions({
    queryKey: ['environments', 'list', search],
    queryFn: ({ pageParam, signal }) =>
      callPage(environmentSchema, '/v1/environments', {
        query: { search, limit: 200, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });
}

export function environmentQuery(name: string) {
  return queryOptions({
    queryKey: ['environment', name],
    queryFn: ({ signal }) => call(environmentSchema, `/v1/environments/${segment(name)}`, { signal }),
  });
}
