import { alertSchema } from '@holdfast/contracts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { callAll, callPage } from '../api/call.ts';

export const openAlertsQuery = queryOptions({
  queryKey: ['alerts', 'open'],
  queryFn: ({ signal }) => callAll(alertSchema, '/v1/alerts', { query: { state: 'open' }, signal }),
});

/** Those that are well again among them; newest first. */
export const alertHistoryQuery = infiniteQueryOptions({
  queryKey: ['alerts', 'all'],
  queryFn: ({ pageParam, signal }) =>
    callPage(alertSchema, '/v1/alerts', { query: { state: 'all', limit: 100, cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next,
});
