import { z } from 'zod';
import { instantSchema } from './common.ts';

/** What lies at one path of a snapshot: a file or folder, or what a database was dumped into. */
export const snapshotEntrySchema = z.object({
  name: z.string(),
  /** From the top of the snapshot, beginning with a slash. */
  path: z.string(),
  type: z.enum(['file', 'directory', 'link', 'other']),
  /** Of a file. */
  bytes: z.number().optional(),
  /** When its content was last changed. */
  modified: instantSchema.optional(),
});
export type SnapshotEntry = z.infer<typeof snapshotEntrySchema>;

/** The query of `GET /v1/snapshots/{id}/entries`: what lies in one folder, folders first, then by name. */
export const snapshotEntriesFilterSchema = z.object({
  path: z.string().startsWith('/').max(4096).default('/'),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  cursor: z.string().optional(),
});
export type SnapshotEntriesFilter = z.infer<typeof snapshotEntriesFilterSchema>;

/** The query of `GET /v1/snapshots/{id}/download`: a file as it was, a folder as a tar archive. */
export const snapshotDownloadSchema = z.object({ path: z.string().startsWith('/').max(4096) });
