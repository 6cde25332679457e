import { z } from 'zod';
import { alertCodes, severitySchema } from './alerts.ts';
import { failureSchema, idSchema, instantSchema } from './common.ts';
import { sourceNameSchema } from './sources.ts';

/** Which alerts a channel carries, and how. */
const selectionSchema = z.object({
  enabled: z.boolean(),
  /** Alerts of this urgency and above. */
  minSeverity: severitySchema,
  /** Only these codes, whatever their urgency; absent: all. */
  codes: z.array(z.enum(alertCodes)).min(1).optional(),
  /** Only what is about these environments or about none (a destination, for example); absent: all. */
  environments: z.array(z.string().min(1)).min(1).optional(),
  /** What comes within this time after the first goes as one message. */
  windowSeconds: z.number().int().min(0).max(86_400),
});

/** A way to people. Settings that are secret never come back. */
export const channelSchema = selectionSchema.extend({
  id: idSchema,
  name: z.string(),
  kind: z.string(),
  /** Where it leads, without any secret. */
  target: z.string(),
  lastSuccess: instantSchema.optional(),
  /** What went wrong after the last success. */
  lastError: failureSchema.extend({ time: instantSchema }).optional(),
  /** Messages that wait for their next attempt. */
  waiting: z.number(),
  /** Messages that were given up within the last week. */
  givenUp: z.number(),
});
export type Channel = z.infer<typeof channelSchema>;

/** `settings` is validated by the kind's own schema; secrets in it go to the vault. */
export const addChannelSchema = z.object({
  name: sourceNameSchema,
  kind: z.string(),
  settings: z.record(z.string(), z.unknown()),
  enabled: z.boolean().default(true),
  minSeverity: severitySchema.default('info'),
  codes: selectionSchema.shape.codes,
  environments: selectionSchema.shape.environments,
  windowSeconds: selectionSchema.shape.windowSeconds.default(60),
});
export type AddChannel = z.infer<typeof addChannelSchema>;

/** What is absent stays as it is. Of `settings` too; null takes one away, as it does for `codes` and `environments`. */
export const editChannelSchema = z.object({
  name: sourceNameSchema.optional(),
  settings: z.record(z.string(), z.unknown()).optional(),
  enabled: z.boolean().optional(),
  minSeverity: severitySchema.optional(),
  codes: selectionSchema.shape.codes.nullable(),
  environments: selectionSchema.shape.environments.nullable(),
  windowSeconds: selectionSchema.shape.windowSeconds.optional(),
});
export type EditChannel = z.infer<typeof editChannelSchema>;

/** The answer of `POST /v1/channels/{channel}/test`: what happened, in words. */
export const channelTestSchema = z.object({
  ok: z.boolean(),
  detail: z.string(),
  error: failureSchema.optional(),
});
export type ChannelTest = z.infer<typeof channelTestSchema>;
