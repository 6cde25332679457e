import { z } from 'zod';
import { idSchema, instantSchema } from './common.ts';

export const snapshotPartSchema = z.object({
  /** The path inside the restic snapshot. */
  path: z.string(),
  resticId: z.string(),
  bytes: z.number(),
});
export type SnapshotPart = z.infer<typeof snapshotPartSchema>;

export const proofSchema = z.object({
  time: instantSchema,
  /** What was counted in the restored copy and found equal. */
  compared: z.record(z.string(), z.number()),
  /** How many contents were hashed and found equal. */
  hashes: z.number().default(0),
  /** The measured recovery time: from reading the repository to the end of the comparison. */
  durationMs: z.number(),
});

export type Proof = z.infer<typeof proofSchema>;

export const snapshotSchema = z.object({
  id: idSchema,
  /** The restic snapshot of the first (for most sources the only) part. */
  resticId: z.string(),
  source: z.string(),
  /** Of two sources that have the same name, the one that it is of. */
  sourceId: idSchema.optional(),
  kind: z.string(),
  container: z.string().optional(),
  /** When the state that it holds was taken. */
  time: instantSchema,
  bytes: z.number(),
  bytesAdded: z.number(),
  durationMs: z.number(),
  destination: z.string(),
  state: z.enum(['good', 'suspicious']),
  parts: z.array(snapshotPartSchema),
  counts: z.record(z.string(), z.number()),
  proof: proofSchema.optional(),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/** The query of `GET /v1/snapshots`, newest first. `source` is a name or an id. */
export const snapshotFilterSchema = z.object({
  source: z.string().min(1).optional(),
  destination: z.string().min(1).optional(),
  /** Only those of this time or later. */
  since: instantSchema.optional(),
  /** Only those of a time before this. */
  before: instantSchema.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  cursor: z.string().optional(),
});
export type SnapshotFilter = z.infer<typeof snapshotFilterSchema>;

/** The query of `DELETE /v1/snapshots/{id}`; the confirmation is the snapshot's whole id. */
export const deleteSnapshotSchema = z.object({
  confirmation: z.string().default(''),
  /** Deletes the last good snapshot of its source, too. */
  force: z.stringbool().default(false),
});

export const retentionPolicySchema = z.object({
  /** Whatever is younger stays, so that two backups of one day can be compared. */
  recentHours: z.int().min(0).default(24),
  daily: z.int().min(0).default(30),
  weekly: z.int().min(0).default(4),
  monthly: z.int().min(0).default(6),
});
export type RetentionPolicy = z.infer<typeof retentionPolicySchema>;

/** What retention would do with one snapshot, and why. */
export const retentionDecisionSchema = z.object({
  snapshotId: idSchema,
  resticId: z.string(),
  source: z.string(),
  destination: z.string(),
  time: instantSchema,
  keep: z.boolean(),
  reasons: z.array(z.string()),
});
export type RetentionDecision = z.infer<typeof retentionDecisionSchema>;
