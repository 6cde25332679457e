import { overviewSchema } from '@holdfast/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/call.ts';

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => call(overviewSchema, '/v1/overview', { signal }),
});
