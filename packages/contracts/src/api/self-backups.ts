import { z } from 'zod';
import { instantSchema } from './common.ts';

/** The body of `POST /v1/admin/snapshots/create`. */
export const createAdminSnapshotSchema = z.object({
  /** `main` is Holdfast's own database; anything else is a name or id of a source. */
  database: z.string().min(1),
  /**
   * Of a source: a destination. Of `main`: `data-directory` for the folder `backups` of the data directory; without
   * it, the storage that is configured for self-backups.
   */
  destination: z.string().min(1).optional(),
});
export type CreateAdminSnapshot = z.infer<typeof createAdminSnapshotSchema>;

/** The body of `POST /v1/admin/snapshots/restore`. */
export const restoreAdminSnapshotSchema = z.object({
  /** `file:///…`, `s3://bucket/key` or `azure://container/blob` for Holdfast's own database; `holdfast:snapshot/<id>` for a source. */
  uri: z.string().min(1).max(4096),
  /** Where given: `main`, or the name of the source. */
  confirmation: z.string().optional(),
});
export type RestoreAdminSnapshot = z.infer<typeof restoreAdminSnapshotSchema>;

/** What a self-backup reports when it succeeded. */
export const selfBackupResultSchema = z.object({
  uri: z.string(),
  /** Its path, where it lies on this machine. */
  file: z.string().optional(),
  bytes: z.number(),
  rows: z.number(),
});
export type SelfBackupResult = z.infer<typeof selfBackupResultSchema>;

export const selfBackupSchema = z.object({
  uri: z.string(),
  /** When it was begun: the state of this moment is in it. */
  time: instantSchema,
  bytes: z.number(),
  provider: z.enum(['s3', 'azure', 'local']),
  /** False: it was made, but its storage does not have it any more (or cannot be asked). */
  stored: z.boolean(),
});
export type SelfBackup = z.infer<typeof selfBackupSchema>;

/** The answer of `GET /v1/admin/snapshots`: self-backups, newest first. */
export const selfBackupListSchema = z.object({
  items: z.array(selfBackupSchema),
  provider: z.enum(['s3', 'azure', 'local']),
  /** The cron expression; absent when none is made by itself. */
  schedule: z.string().optional(),
  /** How one of them is restored, in words. */
  howToRestore: z.string(),
  warnings: z.array(z.string()),
});
export type SelfBackupList = z.infer<typeof selfBackupListSchema>;
