import { selfBackupListSchema } from '@holdfast/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/call.ts';

/** Holdfast's own backups, newest first. */
export const selfBackupsQuery = queryOptions({
  queryKey: ['admin-snapshots'],
  queryFn: ({ signal }) => call(selfBackupListSchema, '/v1/admin/snapshots', { signal }),
});
