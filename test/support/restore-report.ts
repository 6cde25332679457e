import { failureSchema, operationStateSchema } from '@holdfast/contracts';
import { z } from 'zod';
import type { Holdfast } from './holdfast.ts';

const restoreReportSchema = z.object({
  operationId: z.string(),
  state: operationStateSchema,
  source: z.string(),
  snapshotId: z.string(),
  restored: z.array(z.string()),
  previous: z.array(z.string()),
  verified: z.record(z.string(), z.number()),
  warnings: z.array(z.string()),
  error: failureSchema.optional(),
});

export interface RestoreReport extends z.infer<typeof restoreReportSchema> {
  readonly exitCode: number;
}

/** `restore … --json`, to its end. */
export async function putBack(holdfast: Holdfast, ...args: string[]): Promise<RestoreReport> {
  const { exitCode, answer } = await holdfast.json('restore', ...args);
  const parsed = restoreReportSchema.safeParse(answer);
  if (!parsed.success)
    throw new Error(`restore --json printed no report (exit ${exitCode}): ${JSON.stringify(answer)}`);
  return { exitCode, ...parsed.data };
}
