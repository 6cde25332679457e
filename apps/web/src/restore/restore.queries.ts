import { environmentPreflightSchema, sourceListSchema } from '@holdfast/contracts';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, segment } from '../api/call.ts';

/** The first hundred sources whose names hold these words. */
export function sourceNamesQuery(search: string) {
  return queryOptions({
    queryKey: ['sources', 'names', search],
    queryFn: async ({ signal }) => {
      const query = { search: search === '' ? undefined : search, limit: 100 };
      const { items } = await call(sourceListSchema, '/v1/sources', { query, signal });
      return items.map(({ id, name, kind, environment }) => ({ id, name, kind, environment }));
    },
    placeholderData: keepPreviousData,
  });
}

/** What a restore of an environment would do. It asks every database: only on demand. */
export function environmentPreflightQuery(environment: string, point: string) {
  return queryOptions({
    queryKey: ['environment-preflight', environment, point],
    queryFn: ({ signal }) =>
      call(environmentPreflightSchema, `/v1/environments/${segment(environment)}/preflight`, {
        method: 'POST',
        body: { point },
        signal,
      }),
    staleTime: 60_000,
    refetchInterval: false,
  });
}
