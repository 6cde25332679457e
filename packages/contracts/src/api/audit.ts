import { z } from 'zod';
import { instantSchema } from './common.ts';

/** One request that changed something, or tried to; and each attempt to sign in. */
export const auditEntrySchema = z.object({
  sequence: z.number(),
  time: instantSchema,
  /** Who asked. `unknown`: nobody that is known. */
  principal: z.object({
    kind: z.enum(['host', 'person', 'token', 'unknown']),
    id: z.string(),
    name: z.string(),
  }),
  /** The method and the route as it is declared, such as `DELETE /v1/people/:id`. */
  action: z.string(),
  /** What the address names, and what else tells whom it was about; never what the body held. */
  subject: z.record(z.string(), z.string()),
  status: z.number(),
  /** Absent for who came by the socket on the server itself. */
  address: z.string().optional(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** The query of `GET /v1/audit`, newest first. */
export const auditFilterSchema = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().optional(),
});
export type AuditFilter = z.infer<typeof auditFilterSchema>;

/** The answer of `GET /v1/audit/verification`. */
export const auditVerificationSchema = z.object({
  entries: z.number(),
  /** Whether each entry is the one that its successor was chained to. */
  intact: z.boolean(),
  /** The first entry that is not as it was written, or that follows one which is missing. */
  brokenAt: z.number().optional(),
});
export type AuditVerification = z.infer<typeof auditVerificationSchema>;
