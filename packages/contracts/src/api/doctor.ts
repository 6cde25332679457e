import { z } from 'zod';

export const doctorCheckSchema = z.object({
  name: z.string(),
  state: z.enum(['ok', 'warning', 'failed']),
  /** What was found. */
  detail: z.string(),
  /** How to mend it; absent when all is well. */
  hint: z.string().optional(),
});

export const doctorReportSchema = z.object({ ok: z.boolean(), checks: z.array(doctorCheckSchema) });
export type DoctorReport = z.infer<typeof doctorReportSchema>;
