import { type ExitCode, exitCodes, type PlanPreview } from '@holdfast/contracts';
import { count, formatInstant } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';
import { type PlanOptions, readPlanOptions, wholeNumber } from './plan-options.ts';

export interface PreviewPlanOptions extends PlanOptions {
  readonly count?: string;
}

/** When a plan runs next and what it catches, as the server reckons it. Changes nothing. */
export async function previewPlan(
  context: CommandContext,
  name: string | undefined,
  options: PreviewPlanOptions,
): Promise<ExitCode> {
  const client = await context.client();
  const before = name === undefined ? undefined : await client.plan(name);
  const { selector, schedule, timeZone, jitterSeconds } = readPlanOptions(options, before);
  const preview = await client.previewPlan({
    ...(before === undefined ? {} : { plan: before.id }),
    ...(selector === undefined ? {} : { selector }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(jitterSeconds === undefined ? {} : { jitterSeconds }),
    ...(options.count === undefined ? {} : { count: wholeNumber('--count', options.count) }),
  });
  if (context.output.json) context.output.document(preview);
  else printPreview(context, preview);
  return exitCodes.ok;
}

export function printPreview({ output }: CommandContext, preview: PlanPreview): void {
  const { words, cron, timeZone, runs, warnings, sources } = preview;
  output.line(markup`${words} (${cron}), ${timeZone}`);
  output.table(
    [{ title: 'NEXT RUNS THERE' }, { title: 'HERE' }],
    runs.map(({ at, local }) => [local, formatInstant(at)]),
  );
  for (const warning of warnings) output.warn(warning);
  if (sources.length === 0) {
    output.warn('It catches nothing that is there now.');
    return;
  }
  output.line(markup`It catches ${count(sources.length, 'source')} now:`);
  output.table(
    [{ title: 'SOURCE', wraps: true }, { title: 'KIND' }, { title: 'ENVIRONMENT', wraps: true }],
    sources.map(({ name, kind, environment }) => [name, kind, environment]),
  );
}
