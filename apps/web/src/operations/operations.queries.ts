import { type OperationKind, type OperationState, operationSchema } from '@holdfast/contracts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, callPage, segment } from '../api/call.ts';

export interface OperationsFilter {
  readonly kind?: OperationKind;
  readonly state?: OperationState;
}

/** Newest first. */
export function operationsQuery(filter: OperationsFilter) {
  return infiniteQueryOptions({
    queryKey: ['operations', filter],
    queryFn: ({ pageParam, signal }) =>
      callPage(operationSchema, '/v1/operations', {
        query: { ...filter, limit: 100, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    // `useLiveOperations` keeps it fresh.
    refetchInterval: false,
  });
}

export function operationQuery(id: string) {
  return queryOptions({
    queryKey: ['operation', id],
    queryFn: ({ signal }) => call(operationSchema, `/v1/operations/${segment(id)}`, { signal }),
  });
}
