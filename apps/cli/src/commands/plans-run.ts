import type { ExitCode } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { finishBackup } from './backup.ts';

export interface RunPlanOptions {
  readonly detach?: boolean;
}

/** Backs up what a plan catches, now; whatever was backed up lately is backed up again. */
export async function runPlan(
  context: CommandContext,
  name: string,
  options: RunPlanOptions,
): Promise<ExitCode> {
  const client = await context.client();
  return finishBackup(context, await client.runPlan(name), options);
}
