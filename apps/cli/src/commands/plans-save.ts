import { type ExitCode, exitCodes, type Plan } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';
import { type PlanOptions, readPlanOptions } from './plan-options.ts';
import { printPreview } from './plans-preview.ts';

export async function addPlan(
  context: CommandContext,
  name: string,
  options: PlanOptions,
): Promise<ExitCode> {
  const { consistency, ...changes } = readPlanOptions(options);
  const client = await context.client();
  const plan = await client.addPlan({ name, ...changes, ...(consistency == null ? {} : { consistency }) });
  return report(context, plan, 'Added');
}

/** Changes only what the options name. */
export async function editPlan(
  context: CommandContext,
  name: string,
  options: PlanOptions,
): Promise<ExitCode> {
  const client = await context.client();
  const changes = readPlanOptions(options, await client.plan(name));
  const { rename } = options;
  const plan = await client.editPlan(name, { ...changes, ...(rename === undefined ? {} : { name: rename }) });
  return report(context, plan, 'Changed');
}

async function report(context: CommandContext, plan: Plan, done: string): Promise<ExitCode> {
  const { output } = context;
  if (output.json) {
    output.document(plan);
    return exitCodes.ok;
  }
  output.line(markup`${done} ${plan.name}.`);
  printPreview(context, await (await context.client()).previewPlan({ plan: plan.id, count: 3 }));
  return exitCodes.ok;
}
