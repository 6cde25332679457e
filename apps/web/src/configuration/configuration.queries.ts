import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { call } from '../api/call.ts';

export const configurationQuery = queryOptions({
  queryKey: ['configuration'],
  queryFn: ({ signal }) => call(z.record(z.string(), z.unknown()), '/v1/configuration', { signal }),
});
