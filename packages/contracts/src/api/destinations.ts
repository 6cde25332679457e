import { z } from 'zod';
import { failureSchema, idSchema, instantSchema } from './common.ts';
import { sourceNameSchema } from './sources.ts';

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

/** A probe that is remembered. Those of earlier versions have no steps. */
export const lastProbeSchema = z.object({
  time: instantSchema,
  ok: z.boolean(),
  steps: probeResultSchema.shape.steps.optional(),
  error: failureSchema.optional(),
  warnings: probeResultSchema.shape.warnings.optional(),
});
export type LastProbe = z.infer<typeof lastProbeSchema>;

/** An estimate by the provider's published price. `asOf`: the month in which the price was read. */
export const monthlyCostSchema = z.object({ amount: z.number(), currency: z.string(), asOf: z.string() });
export type MonthlyCost = z.infer<typeof monthlyCostSchema>;

export const destinationSchema = z.object({
  id: idSchema,
  name: z.string(),
  kind: z.string(),
  /** Where it is, without any secret: a path, or endpoint, bucket and prefix. */
  location: z.string(),
  isDefault: z.boolean(),
  snapshots: z.number(),
  bytesStored: z.number().optional(),
  lastProbe: lastProbeSchema.optional(),
  /** Lost together with the server that Holdfast runs on. */
  onThisMachine: z.boolean().optional(),
  /** Where the provider's price is known. */
  costPerMonth: monthlyCostSchema.optional(),
  /** Where it can be known. */
  space: z.object({ freeBytes: z.number(), totalBytes: z.number() }).optional(),
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

/** The body of `POST /v1/destinations/try`: settings as they would be added. */
export const tryDestinationSchema = addDestinationSchema.pick({ kind: true, settings: true });
export type TryDestination = z.infer<typeof tryDestinationSchema>;

/** The body of `PATCH /v1/destinations/{destination}`. Another one stops being the default by it. */
export const changeDestinationSchema = z.object({ isDefault: z.literal(true) });

/** The answer of `POST /v1/destinations`. */
export const addedDestinationSchema = z.object({ destination: destinationSchema, probe: probeResultSchema });
export type AddedDestination = z.infer<typeof addedDestinationSchema>;
