import { z } from 'zod';
import { failureSchema, idSchema, instantSchema } from './common.ts';

export const operationStates = [
  'queued',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'interrupted',
] as const;
export const operationStateSchema = z.enum(operationStates);
export type OperationState = z.infer<typeof operationStateSchema>;

export const operationKinds = [
  'backup',
  'restore',
  'drill',
  'retention',
  'prune',
  'check',
  'discovery',
  'key-rotation',
  'master-key-rotation',
  'self-backup',
  'self-restore',
] as const;
export const operationKindSchema = z.enum(operationKinds);
export type OperationKind = z.infer<typeof operationKindSchema>;

export const progressSchema = z.object({
  step: z.string(),
  bytesDone: z.number(),
  bytesTotal: z.number().optional(),
  /** Over the last few seconds. */
  bytesPerSecond: z.number().optional(),
});
export type Progress = z.infer<typeof progressSchema>;

/** What became of one source in a pass over several. */
export const backupItemSchema = z.object({
  source: z.string(),
  kind: z.string(),
  operationId: idSchema,
  state: operationStateSchema,
  snapshotId: idSchema.optional(),
  destination: z.string().optional(),
  bytesRead: z.number(),
  bytesAdded: z.number(),
  durationMs: z.number(),
  /** Which way the data took: direct, helper or exec; absent where there is only one. */
  dataPath: z.string().optional(),
  error: failureSchema.optional(),
});
export type BackupItem = z.infer<typeof backupItemSchema>;

/** What became of one source in a pass of drills. */
export const drillItemSchema = z.object({
  source: z.string(),
  kind: z.string(),
  operationId: idSchema,
  state: operationStateSchema,
  snapshotId: idSchema,
  /** When the state that was drilled was taken. */
  snapshotTime: instantSchema,
  /** What was counted in the restored copy and found equal. */
  compared: z.record(z.string(), z.number()),
  /** How many contents were hashed and found equal. */
  hashes: z.number(),
  /** From reading the repository to the end of the comparison. */
  durationMs: z.number(),
  error: failureSchema.optional(),
});
export type DrillItem = z.infer<typeof drillItemSchema>;

export const operationSchema = z.object({
  id: idSchema,
  kind: operationKindSchema,
  state: operationStateSchema,
  /** The operation that this one is a part of. */
  parentId: idSchema.optional(),
  source: z.string().optional(),
  /** The environment that is restored as a whole. */
  environment: z.string().optional(),
  destination: z.string().optional(),
  /** The plan that it was started for. */
  planId: idSchema.optional(),
  attempt: z.number(),
  createdAt: instantSchema,
  startedAt: instantSchema.optional(),
  finishedAt: instantSchema.optional(),
  progress: progressSchema.optional(),
  /** Present on a backup: what became of each source. */
  items: z.array(backupItemSchema).optional(),
  /** Present on a pass of drills: what became of each source. */
  drills: z.array(drillItemSchema).optional(),
  /** What the kind of operation reports when it succeeded; see each kind's schema. */
  result: z.record(z.string(), z.unknown()).optional(),
  error: failureSchema.optional(),
});
export type Operation = z.infer<typeof operationSchema>;

export const logLineSchema = z.object({
  sequence: z.number(),
  time: instantSchema,
  level: z.enum(['info', 'warn', 'error']),
  message: z.string(),
});
export type LogLine = z.infer<typeof logLineSchema>;

/** One server-sent event of `GET /v1/operations/{id}/events`: the operation as it is now, or a new log line. */
export const operationEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('operation'), operation: operationSchema }),
  z.object({ type: z.literal('log'), operationId: idSchema, line: logLineSchema }),
]);
export type OperationEvent = z.infer<typeof operationEventSchema>;

/**
 * One server-sent event of `GET /v1/events`. First `operations`: all that have not ended. Then each change of one,
 * about once a second at most. Items of passes are left out; ask for the operation to see them.
 */
export const instanceEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('operations'), operations: z.array(operationSchema) }),
  z.object({ type: z.literal('operation'), operation: operationSchema }),
]);
export type InstanceEvent = z.infer<typeof instanceEventSchema>;

/** The query of `GET /v1/operations`, newest first. Parts of a pass are listed only on request. */
export const operationFilterSchema = z.object({
  kind: operationKindSchema.optional(),
  state: operationStateSchema.optional(),
  parentId: idSchema.optional(),
  planId: idSchema.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().optional(),
});
export type OperationFilter = z.infer<typeof operationFilterSchema>;

export const startBackupSchema = z.object({
  /** Names or ids of sources, or names of environments. */
  names: z.array(z.string().min(1)).default([]),
  all: z.boolean().default(false),
  destination: z.string().optional(),
});
export type StartBackup = z.infer<typeof startBackupSchema>;

export const startDrillSchema = z.object({
  /** A name or id of a source, or the name of an environment: then all of it that can be drilled. */
  name: z.string().min(1),
  /** Of a source only: an id of a snapshot (or of its restic snapshot), a prefix of one, or `latest`. */
  snapshot: z.string().min(1).default('latest'),
});
export type StartDrill = z.infer<typeof startDrillSchema>;

export const restoreModes = ['swap', 'beside', 'in-place'] as const;

export const startRestoreSchema = z.object({
  source: z.string().min(1),
  /** An id of a snapshot (or of its restic snapshot), a prefix of one, or `latest`. */
  snapshot: z.string().min(1).default('latest'),
  mode: z.enum(restoreModes).default('swap'),
  /** The new name (or path) of mode `beside`. */
  newName: z.string().min(1).optional(),
  /** Only this part of the snapshot, for example one database of several. */
  part: z.string().min(1).optional(),
  /** Only these files and folders of the snapshot, of sources that hold files. Everything else stays as it is. */
  paths: z.array(z.string().startsWith('/').max(4096)).min(1).max(1000).optional(),
  /** The name of the source, typed by the person (or put there by --yes). */
  confirmation: z.string(),
});
export type StartRestore = z.infer<typeof startRestoreSchema>;
