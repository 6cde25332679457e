import { z } from 'zod';
import { idSchema, instantSchema } from './common.ts';

/** Kinds are open: the registry of sources decides which exist. */
export const sourceKindSchema = z.string().min(1);

/**
 * Names become folder names, tags and labels, so they are kept to what is safe in all of them
 * (and to what Docker itself allows for a container).
 */
export const sourceNameSchema = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/);

export const sourceSchema = z.object({
  id: idSchema,
  name: sourceNameSchema,
  kind: sourceKindSchema,
  server: z.string(),
  environment: z.string(),
  container: z.string().optional(),
  image: z.string().optional(),
  /** Of a file, a folder or a volume, as the host of the engine has it. */
  path: z.string().optional(),
  /** The name of the volume that it is. */
  volume: z.string().optional(),
  declared: z.boolean(),
  /** Whether the last discovery still saw it. */
  present: z.boolean(),
  protected: z.boolean(),
  /** Why it is not protected, in a sentence. */
  reason: z.string().optional(),
  lastAttempt: instantSchema.optional(),
  lastSuccess: instantSchema.optional(),
  lastVerified: instantSchema.optional(),
  /** How long the restore took that was verified last, in milliseconds. */
  recoveryMs: z.number().optional(),
  /** The plans that catch it. */
  plans: z.array(z.string()).optional(),
  /** When the next of them is due; absent while none is enabled. */
  nextRun: instantSchema.optional(),
  /** A run of one of them is past its grace, and no backup was made since. */
  overdue: z.boolean().optional(),
});
export type Source = z.infer<typeof sourceSchema>;

const declarePathSchema = z.object({
  kind: z.enum(['sqlite', 'directory']),
  path: z.string().min(1),
  name: sourceNameSchema.optional(),
  environment: sourceNameSchema.optional(),
});
export type DeclarePath = z.infer<typeof declarePathSchema>;

/**
 * A server that runs in no container here. `settings` is validated by the kind's own schema (host, port, user…);
 * `secrets` (its password) go to the vault and are never returned.
 */
const declareServerSchema = z.object({
  kind: z.enum(['postgres']),
  name: sourceNameSchema,
  environment: sourceNameSchema.optional(),
  settings: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), z.string()).optional(),
});
export type DeclareServer = z.infer<typeof declareServerSchema>;

/** Declares a source that discovery cannot find by itself. */
export const declareSourceSchema = z.discriminatedUnion('kind', [declarePathSchema, declareServerSchema]);
export type DeclareSource = z.infer<typeof declareSourceSchema>;

/** The query of `GET /v1/sources`, by name. */
export const sourceFilterSchema = z.object({
  environment: z.string().min(1).optional(),
  kind: sourceKindSchema.optional(),
  protected: z.stringbool().optional(),
  /** A part of the name. */
  search: z.string().min(1).max(200).optional(),
  /** Looks around anew before it answers. */
  refresh: z.stringbool().default(false),
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
  cursor: z.string().optional(),
});
export type SourceFilter = z.infer<typeof sourceFilterSchema>;

/** The answer of `POST /v1/discovery`. */
export const discoverySchema = z.object({
  time: instantSchema,
  /** Why something that should be found may be missing. */
  warnings: z.array(z.string()),
});

/** The answer of `GET /v1/sources`. */
export const sourceListSchema = z.object({
  items: z.array(sourceSchema),
  /** Given back as `cursor` to read on; absent on the last page. */
  next: z.string().optional(),
  /** When this server looked around last; absent where it has not since it was started. */
  discoveredAt: instantSchema.optional(),
  /** Why something that should be listed may be missing, for example an unreachable Docker engine. */
  warnings: z.array(z.string()),
});
export type SourceList = z.infer<typeof sourceListSchema>;
