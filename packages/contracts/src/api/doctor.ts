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

/** What a person keeps to restore without Holdfast. */
export const recoveryKitSchema = z.object({
  password: z.string(),
  repositories: z.array(
    z.object({
      source: z.string(),
      destination: z.string(),
      /** What `restic -r` takes. */
      repository: z.string(),
      /** The variables that restic needs beside the password; secret values are left for the person to fill in. */
      environment: z.record(z.string(), z.string()),
      options: z.array(z.string()),
    }),
  ),
});
export type RecoveryKit = z.infer<typeof recoveryKitSchema>;
