import { backupItemSchema, failureSchema, operationStateSchema } from '@holdfast/contracts';
import { z } from 'zod';
import type { Holdfast, Running } from './holdfast.ts';

const backupReportSchema = z.object({
  operationId: z.string(),
  state: operationStateSchema,
  items: z.array(backupItemSchema),
  error: failureSchema.optional(),
});

export interface BackupReport extends z.infer<typeof backupReportSchema> {
  readonly exitCode: number;
}

/** `backup … --json`, to its end. */
export async function backUp(holdfast: Holdfast, ...args: string[]): Promise<BackupReport> {
  return reportOf(holdfast.start('backup', ...args, '--json'));
}

/** What a `backup --json` that was started prints. */
export async function reportOf(running: Running): Promise<BackupReport> {
  const { exitCode, stdout, stderr } = await running.outcome;
  try {
    return { exitCode, ...backupReportSchema.parse(JSON.parse(stdout)) };
  } catch (error) {
    throw new Error(`backup --json printed no report (exit ${exitCode}): ${stdout}\n${stderr}`, {
      cause: error,
    });
  }
}
