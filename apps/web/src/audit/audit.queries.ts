import { auditEntrySchema, auditVerificationSchema } from '@holdfast/contracts';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { call, callPage } from '../api/call.ts';

/** Newest first. */
export const auditQuery = infiniteQueryOptions({
  queryKey: ['audit'],
  queryFn: ({ pageParam, signal }) =>
    callPage(auditEntrySchema, '/v1/audit', { query: { limit: 100, cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next,
});

/** Whether each entry is as it was written. */
export function verifyAudit() {
  return call(auditVerificationSchema, '/v1/audit/verification');
}
