import { alertSchema } from '@holdfast/contracts';
import { queryOptions } from '@tanstack/react-query';
import { callAll } from '../api/call.ts';

export const openAlertsQuery = queryOptions({
  queryKey: ['alerts', 'open'],
  queryFn: ({ signal }) => callAll(alertSchema, '/v1/alerts', { query: { state: 'open' }, signal }),
});
