import { z } from 'zod';
import { environmentMemberSchema, recoveryPointStates } from '../environment.ts';
import { idSchema, instantSchema } from './common.ts';
import { restoreModes, startRestoreSchema } from './operations.ts';

/** What a restore of one source reports when it succeeded. */
export const restoreResultSchema = z.object({
  snapshotId: z.string().optional(),
  snapshotTime: instantSchema.optional(),
  durationMs: z.number().optional(),
  /** What now serves, in words a person recognises: databases, or a path. */
  restored: z.array(z.string()).default([]),
  /** Where the previous state is kept, by name. */
  previous: z.array(z.string()).default([]),
  /** What was counted after the restore and found equal. */
  verified: z.record(z.string(), z.number()).default({}),
  verifiedHashes: z.record(z.string(), z.string()).optional(),
  warnings: z.array(z.string()).default([]),
});
export type RestoreResult = z.infer<typeof restoreResultSchema>;

/** The body of `POST /v1/restores/preflight`. `snapshot` as of a restore. */
export const startRestorePreflightSchema = startRestoreSchema.pick({ source: true, snapshot: true });
export type StartRestorePreflight = z.infer<typeof startRestorePreflightSchema>;

/** An id of a recovery point (or of one of its passes' members), a prefix of one, or `latest`. */
const pointReferenceSchema = z.string().min(1).default('latest');

/** The body of `POST /v1/environments/{name}/preflight`. */
export const startPreflightSchema = z.object({ point: pointReferenceSchema });
export type StartPreflight = z.infer<typeof startPreflightSchema>;

/** The body of `POST /v1/environments/{name}/restore`. */
export const startEnvironmentRestoreSchema = z.object({
  point: pointReferenceSchema,
  /** The name of the environment, typed by the person (or put there by --yes). */
  confirmation: z.string(),
  /** Backs up what is there before anything is changed. */
  safetySnapshot: z.boolean().default(true),
  /** Goes on although members are missing in the recovery point: they are left as they are now. */
  partial: z.boolean().default(false),
});
export type StartEnvironmentRestore = z.infer<typeof startEnvironmentRestoreSchema>;

/** What becomes of a container. `make`: it is missing. `stop`: it runs, and is started again afterwards. */
export const containerActions = ['keep', 'stop', 'make'] as const;

/** One member of the recovery point, and what its restore would replace. */
export const preflightMemberSchema = z.object({
  ...environmentMemberSchema.pick({ sourceId: true, source: true, kind: true }).shape,
  snapshotId: idSchema.optional(),
  time: instantSchema.optional(),
  bytes: z.number().optional(),
  /** Why it is missing in the recovery point, and so is left as it is. */
  missing: z.string().optional(),
  /** What is there now and will be replaced: databases or paths, with sizes where they are cheap to get. */
  replaces: z.array(z.object({ name: z.string(), bytes: z.number().optional() })),
  /** Versions at backup time and now, of what has both. */
  versions: z.array(z.object({ name: z.string(), backedUp: z.string(), now: z.string() })),
});
export type PreflightMember = z.infer<typeof preflightMemberSchema>;

/** What a restore of one source would replace, and what stands in its way. Nothing was changed for it. */
export const restorePreflightSchema = z.object({
  ...preflightMemberSchema.omit({ missing: true }).required({ snapshotId: true, time: true, bytes: true })
    .shape,
  destination: z.string(),
  /** The forms that this kind of source has. */
  modes: z.array(z.enum(restoreModes)),
  /** Files and folders of it can be restored by themselves. */
  files: z.boolean(),
  /** A new name, or path, that a restore beside it could have. */
  besideName: z.string().optional(),
  /** What would end the restore, in sentences. Empty: it can begin. */
  problems: z.array(z.object({ code: z.string(), detail: z.string() })),
  /** What a person should know, in sentences. */
  warnings: z.array(z.string()),
});
export type RestorePreflight = z.infer<typeof restorePreflightSchema>;

/** What a restore of an environment would do, and what stands in its way. Nothing was changed for it. */
export const environmentPreflightSchema = z.object({
  environment: z.string(),
  point: z.object({
    id: idSchema,
    time: instantSchema,
    state: z.enum(recoveryPointStates),
    destination: z.string(),
  }),
  members: z.array(preflightMemberSchema),
  containers: z.array(
    z.object({
      name: z.string(),
      service: z.string().optional(),
      action: z.enum(containerActions),
      running: z.boolean(),
      /** Whether it runs at the end. */
      starts: z.boolean(),
      /** What was changed since the recovery point, in words; it is left as it is. */
      differences: z.array(z.string()),
    }),
  ),
  volumes: z.array(z.object({ name: z.string(), action: z.enum(['keep', 'make']) })),
  networks: z.array(z.object({ name: z.string(), action: z.enum(['keep', 'make']) })),
  /** Images that are pulled before anything is changed. */
  pulls: z.array(z.string()),
  /** What ends the restore before anything is changed, in sentences. Empty: it can begin. */
  problems: z.array(z.object({ code: z.string(), detail: z.string() })),
  /** What a person should know, in sentences. */
  warnings: z.array(z.string()),
});
export type EnvironmentPreflight = z.infer<typeof environmentPreflightSchema>;

/** What a restore of an environment reports when it succeeded. */
export const environmentRestoreResultSchema = z.object({
  environment: z.string(),
  pointId: idSchema,
  pointTime: instantSchema,
  members: z.array(
    z.object({
      source: z.string(),
      kind: z.string(),
      operationId: idSchema,
      ...restoreResultSchema.shape,
    }),
  ),
  /** Sources that the recovery point does not hold; they are as they were. */
  skipped: z.array(z.string()),
  containers: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['healthy', 'running', 'stopped']),
      /** Made from the definition. */
      made: z.boolean(),
    }),
  ),
  made: z.object({
    containers: z.array(z.string()),
    networks: z.array(z.string()),
    volumes: z.array(z.string()),
  }),
  /** The recovery point that holds the state before. */
  safetyPointId: idSchema.optional(),
  /** From the first change until everything was back and healthy. */
  recoveryMs: z.number(),
  warnings: z.array(z.string()),
});
export type EnvironmentRestoreResult = z.infer<typeof environmentRestoreResultSchema>;
