import { z } from 'zod';
import { idSchema, instantSchema } from './common.ts';
import { monthlyCostSchema } from './destinations.ts';
import { sourceSchema } from './sources.ts';

/** What belongs together and is restored together, and how well it is guarded. */
export const environmentSummarySchema = z.object({
  name: z.string(),
  /** Of those that are there. */
  sources: z.number(),
  protected: z.number(),
  /** There, wanted, and yet not protected. */
  unprotected: z.number(),
  /** The oldest of the last good backups of its protected sources; absent while one of them has none. */
  lastBackup: instantSchema.optional(),
  /** The newest restore of one of its sources that was compared and found equal. */
  lastProven: instantSchema.optional(),
  /** The measured recovery times of its sources together, of those that have one. */
  recoveryMs: z.number().optional(),
  /** An alert says that a backup is overdue. */
  overdue: z.boolean(),
  /** Sources whose newest snapshots somebody has to look at. */
  suspicious: z.number(),
});
export type EnvironmentSummary = z.infer<typeof environmentSummarySchema>;

export const environmentSchema = z.object({
  ...environmentSummarySchema.shape,
  members: z.array(
    sourceSchema.pick({
      id: true,
      name: true,
      kind: true,
      present: true,
      protected: true,
      lastSuccess: true,
      lastVerified: true,
      recoveryMs: true,
    }),
  ),
});
export type Environment = z.infer<typeof environmentSchema>;

/** The query of `GET /v1/environments`, by name. */
export const environmentFilterSchema = z.object({
  /** A part of the name. */
  search: z.string().min(1).max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().optional(),
});
export type EnvironmentFilter = z.infer<typeof environmentFilterSchema>;

/** A day in UTC, as YYYY-MM-DD. */
const daySchema = z.iso.date();

/** The answer of `GET /v1/overview`. */
export const overviewSchema = z.object({
  time: instantSchema,
  environments: z.array(environmentSummarySchema),
  /** What backups read and what they added to storage, for each of the last 90 days that had any. */
  storage: z.array(
    z.object({ day: daySchema, snapshots: z.number(), bytes: z.number(), bytesAdded: z.number() }),
  ),
  /** How many operations ended how, parts of a pass not counted, for each of the last 90 days that had any. */
  operations: z.array(
    z.object({
      day: daySchema,
      succeeded: z.number(),
      failed: z.number(),
      cancelled: z.number(),
      interrupted: z.number(),
    }),
  ),
  destinations: z.array(
    z.object({
      id: idSchema,
      name: z.string(),
      kind: z.string(),
      snapshots: z.number(),
      /** What the snapshots that are kept added when they were made. */
      bytesStored: z.number(),
      /** An estimate by the provider's published price, where that is known. */
      costPerMonth: monthlyCostSchema.optional(),
    }),
  ),
  nextRuns: z.array(z.object({ name: z.string(), time: instantSchema })),
});
export type Overview = z.infer<typeof overviewSchema>;
