import { z } from 'zod';
import { idSchema, instantSchema } from './common.ts';

export const alertCodes = [
  'backup-failed',
  'backup-overdue',
  'channel-failing',
  'check-failed',
  'destination-nearly-full',
  'destination-unreachable',
  'drill-failed',
  'key-unconfirmed',
  'prune-failed',
  'retention-failed',
  'self-backup-failed',
  'snapshot-suspicious',
  'source-unprotected',
] as const;
export type AlertCode = (typeof alertCodes)[number];

export const alertSubjectKinds = [
  'source',
  'environment',
  'destination',
  'repository',
  'plan',
  'server',
  'channel',
  'holdfast',
] as const;

/** What an alert is about. `holdfast` is the control plane itself. */
export const alertSubjectSchema = z.object({
  kind: z.enum(alertSubjectKinds),
  /** Of its kind; the name of an environment or server, which have no other. */
  id: z.string(),
  name: z.string(),
});
export type AlertSubject = z.infer<typeof alertSubjectSchema>;

/** Something that a person has to look at. It stays open until what it is about is well again. */
export const alertSchema = z.object({
  id: idSchema,
  code: z.enum(alertCodes),
  state: z.enum(['open', 'resolved']),
  subject: alertSubjectSchema,
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
export const alertFilterSchema = z.object({
  state: z.enum(['open', 'all']).default('open'),
  limit: z.coerce.number().int().min(1).max(500).default(200),
  cursor: z.string().optional(),
});
export type AlertFilter = z.infer<typeof alertFilterSchema>;
