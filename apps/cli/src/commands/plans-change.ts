import { type ExitCode, exitCodes } from '@holdfast/contracts';
import { formatInstant } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';

/** Removes a plan. What it caught goes to the plans that are left; its snapshots stay. */
export async function removePlan(context: CommandContext, name: string): Promise<ExitCode> {
  const { output } = context;
  await (await context.client()).removePlan(name);
  if (output.json) output.document({ removed: name });
  else
    output.line(markup`Removed ${name}. Its snapshots stay; the other plans catch its sources from now on.`);
  return exitCodes.ok;
}

export async function enablePlan(context: CommandContext, name: string, enabled: boolean): Promise<ExitCode> {
  const { output } = context;
  const plan = await (await context.client()).editPlan(name, { enabled });
  if (output.json) output.document(plan);
  else if (!enabled)
    output.line(markup`${plan.name} is paused. Go on with: holdfast plans resume ${plan.name}`);
  else if (plan.nextRun !== undefined) {
    output.line(markup`${plan.name} goes on; its next run is at ${formatInstant(plan.nextRun)}.`);
  }
  return exitCodes.ok;
}
