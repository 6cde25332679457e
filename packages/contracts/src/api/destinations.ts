import { z } from 'zod';
import { failureSchema, idSchema, instantSchema } from './common.ts';
import { sourceNameSchema } from './sources.ts';

export const destinationSchema = z.object({
  id: idSchema,
  name: z.string(),
  kind: z.string(),
  /** Where it is, without any secret: a path, or endpoint, bucket and prefix. */
  location: z.string(),
  isDefault: z.boolean(),
  snapshots: z.number(),
  bytesStored: z.number().optional(),
  lastProbe: z.object({ time: instantSchema, ok: z.boolean(), error: failureSchema.optional() }).optional(),
});
export type Destination = z.infer<typeof destinationSchema>;

/**
 * Adds a destination. `settings` is validated by the kind's own schema; secrets in it go to the vault and
 * never come back.
 */
export const addDestinationSchema = z.object({
  name: sourceNameSchema,
  kind: z.string(),
  settings: z.record(z.string(), z.unknown()),
  makeDefault: z.boolean().default(false),
  /** Adds it even though the probe failed, for storage that is not there yet. */
  force: z.boolean().default(false),
});
export type AddDestination = z.infer<typeof addDestinationSchema>;

export const probeStepSchema = z.object({
  step: z.enum(['connect', 'write', 'read', 'list', 'delete']),
  ok: z.boolean(),
  durationMs: z.number(),
});

export const probeResultSchema = z.object({
  ok: z.boolean(),
  steps: z.array(probeStepSchema),
  error: failureSchema.optional(),
  /** What works but deserves a look, for example a destination on the same disk as the data. */
  warnings: z.array(z.string()),
});
export type ProbeResult = z.infer<typeof probeResultSchema>;

/** The answer of `POST /v1/destinations`. */
export const addedDestinationSchema = z.object({ destination: destinationSchema, probe: probeResultSchema });
export type AddedDestination = z.infer<typeof addedDestinationSchema>;
