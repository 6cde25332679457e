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

/** From the least to the most urgent. */
export const severities = ['info', 'warning', 'critical'] as const;
export const severitySchema = z.enum(severities);
export type Severity = z.infer<typeof severitySchema>;

/** `critical`: data may be lost if nobody acts. `warning`: it will get there. `info`: worth knowing. */
export const severityOf: Readonly<Record<AlertCode, Severity>> = {
  'backup-failed': 'critical',
  'backup-overdue': 'critical',
  'channel-failing': 'warning',
  'check-failed': 'critical',
  'destination-nearly-full': 'warning',
  'destination-unreachable': 'critical',
  'drill-failed': 'critical',
  'key-unconfirmed': 'warning',
  'prune-failed': 'warning',
  'retention-failed': 'warning',
  'self-backup-failed': 'critical',
  'snapshot-suspicious': 'critical',
  'source-unprotected': 'info',
};

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
  severity: severitySchema,
  subject: alertSubjectSchema,
  /** What several alerts have in common, where that is known: the destination that cannot be reached, for example. */
  cause: alertSubjectSchema.optional(),
  /** What happened, the last time that it did. */
  message: z.string(),
  /** What to do. */
  hint: z.string(),
  since: instantSchema,
  lastSeen: instantSchema,
  occurrences: z.number(),
  resolvedAt: instantSchema.optional(),
  /** Somebody knows of it: no reminders are sent. */
  acknowledged: z.object({ by: z.string(), time: instantSchema }).optional(),
});
export type Alert = z.infer<typeof alertSchema>;

/** The query of `GET /v1/alerts`, newest first. */
export const alertFilterSchema = z.object({
  state: z.enum(['open', 'all']).default('open'),
  limit: z.coerce.number().int().min(1).max(500).default(500),
  cursor: z.string().optional(),
});
export type AlertFilter = z.infer<typeof alertFilterSchema>;
