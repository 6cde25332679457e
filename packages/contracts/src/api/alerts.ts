import { z } from 'zod';
import { idSchema, instantSchema } from './common.ts';

export const alertCodes = ['drill-failed', 'snapshot-suspicious'] as const;
export type AlertCode = (typeof alertCodes)[number];

/** Something that a person has to look at. It stays open until what it is about is well again. */
export const alertSchema = z.object({
  id: idSchema,
  code: z.enum(alertCodes),
  state: z.enum(['open', 'resolved']),
  /** The name of the source that it is about. */
  source: z.string(),
  sourceId: idSchema,
  /** What happened, the last time that it did. */
  message: z.string(),
  /** What to do. */
  hint: z.string(),
  since: instantSchema,
  lastSeen: instantSchema,
  occurrences: z.number(),
  resolvedAt: instantSchema.optional(),
});
export type Alert = z.infer<typeof alertSchema>;

/** The query of `GET /v1/alerts`, newest first. */
export const alertFilterSchema = z.object({ state: z.enum(['open', 'all']).default('open') });
export type AlertFilter = z.infer<typeof alertFilterSchema>;
