import { apiTokenSchema } from '@holdfast/contracts';
import { queryOptions } from '@tanstack/react-query';
import { callAll } from '../api/call.ts';

/** Those of who asks; of everybody for an owner. */
export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => callAll(apiTokenSchema, '/v1/tokens', { signal }),
});
