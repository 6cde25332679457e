import { destinationSchema } from '@holdfast/contracts';
import { queryOptions } from '@tanstack/react-query';
import { callAll } from '../api/call.ts';

/** By name. */
export const destinationsQuery = queryOptions({
  queryKey: ['destinations'],
  queryFn: ({ signal }) => callAll(destinationSchema, '/v1/destinations', { signal }),
});
