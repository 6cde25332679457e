import { z } from 'zod';
import { instantSchema } from './api/common.ts';

export const manifestFormat = 1;

/**
 * What a snapshot says of itself, stored encrypted beside its data so that storage describes itself.
 * Readers must accept fields they do not know.
 */
export const manifestSchema = z.looseObject({
  format: z.literal(manifestFormat),
  holdfast: z.string(),
  snapshot: z.object({ id: z.string(), time: instantSchema, operationId: z.string() }),
  source: z.object({
    id: z.string(),
    name: z.string(),
    kind: z.string(),
    environment: z.string(),
    container: z.string().optional(),
    image: z.string().optional(),
  }),
  parts: z.array(z.object({ path: z.string(), resticId: z.string(), bytes: z.number() })),
  /** Rows per table, files, bytes: whatever the kind counts, by a name that a restore can count again. */
  counts: z.record(z.string(), z.number()),
  /** Hashes of content, by a name that a restore can hash again; of what could be hashed within a budget of time. */
  hashes: z.record(z.string(), z.string()).optional(),
  /** Versions of the server and of the tools that wrote the dump. */
  versions: z.record(z.string(), z.string()),
  warnings: z.array(z.string()),
  /** What the kind of source needs to put the data back; its own schema validates it. */
  details: z.unknown(),
});
export type Manifest = z.infer<typeof manifestSchema>;
