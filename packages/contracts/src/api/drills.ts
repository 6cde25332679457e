import { z } from 'zod';
import { failureSchema, idSchema, instantSchema } from './common.ts';

/** One drill that came to a verdict, as the history keeps it: a failed one, too. */
export const drillSchema = z.object({
  id: idSchema,
  operationId: idSchema,
  source: z.string(),
  sourceId: idSchema,
  snapshotId: idSchema,
  snapshotTime: instantSchema,
  time: instantSchema,
  ok: z.boolean(),
  compared: z.record(z.string(), z.number()),
  hashes: z.number(),
  durationMs: z.number(),
  /** Why it failed. */
  error: failureSchema.optional(),
});
export type DrillRecord = z.infer<typeof drillSchema>;

/** The query of `GET /v1/drills`, newest first. `source` is a name or an id. */
export const drillFilterSchema = z.object({
  source: z.string().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
