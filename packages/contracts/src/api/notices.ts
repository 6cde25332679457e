import { z } from 'zod';
import { alertCodes, alertSchema, alertSubjectSchema, severitySchema } from './alerts.ts';
import { instantSchema } from './common.ts';

/** Alerts that have their code and their cause in common. */
export const noticeGroupSchema = z.object({
  /** `raised`: new. `reminder`: still open after a day. `recovered`: well again. */
  state: z.enum(['raised', 'reminder', 'recovered']),
  code: z.enum(alertCodes),
  severity: severitySchema,
  cause: alertSubjectSchema.optional(),
  /** How many there are. */
  count: z.number(),
  /** The first of them. */
  alerts: z.array(alertSchema),
});
export type NoticeGroup = z.infer<typeof noticeGroupSchema>;

/**
 * One message, and the body that a webhook receives. It may come more than once: `id` stays the same. Fields may be
 * added to version 1.
 */
export const noticeSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  kind: z.enum(['alerts', 'test']),
  time: instantSchema,
  /** The whole in one line. */
  title: z.string(),
  /** Of the most urgent group that is not well again; `info` when all are. */
  severity: severitySchema,
  /** The most urgent first. Empty in a test. */
  groups: z.array(noticeGroupSchema),
});
export type Notice = z.infer<typeof noticeSchema>;
