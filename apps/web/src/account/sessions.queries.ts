import { sessionSchema } from '@holdfast/contracts';
import { queryOptions } from '@tanstack/react-query';
import { callAll } from '../api/call.ts';

/** Where who asks is signed in; with `everybody`, where anybody is. */
export function sessionsQuery(everybody: boolean) {
  return queryOptions({
    queryKey: ['sessions', { everybody }],
    queryFn: ({ signal }) => callAll(sessionSchema, '/v1/sessions', { query: { everybody }, signal }),
  });
}
