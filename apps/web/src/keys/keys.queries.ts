import { keyStatusSchema } from '@holdfast/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/call.ts';

export const keyStatusQuery = queryOptions({
  queryKey: ['key'],
  queryFn: ({ signal }) => call(keyStatusSchema, '/v1/key', { signal }),
});
