import { type ExitCode, exitCodes, type Plan } from '@holdfast/contracts';
import { formatAge } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { type Fragment, markup } from '../output/markup.ts';
import { selectorWords } from './plan-words.ts';

/** Every plan: what it catches, when it runs, where to, how long that is kept. */
export async function listPlans(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const plans = await (await context.client()).plans();
  if (output.json) {
    output.document(plans);
    return exitCodes.ok;
  }
  const now = Date.now();
  output.table(
    [
      { title: 'NAME', wraps: true },
      { title: 'CATCHES', wraps: true },
      { title: 'WHEN', wraps: true },
      { title: 'TO', wraps: true },
      { title: 'KEEPS', wraps: true },
      { title: 'NEXT RUN' },
    ],
    plans.map((plan) => [
      plan.name,
      selectorWords(plan),
      `${plan.words}, ${plan.timeZone}`,
      plan.destinations.length === 0 ? 'the default' : plan.destinations.join(', '),
      retentionWords(plan),
      nextRun(context, plan, now),
    ]),
  );
  if (plans.some(({ isDefault, followsSettings }) => isDefault && !followsSettings)) {
    output.note(
      markup`The default plan was edited: HOLDFAST_BACKUP_CRON, HOLDFAST_TIME_ZONE and HOLDFAST_RETENTION_* shape it no longer.`,
    );
  }
  return exitCodes.ok;
}

function nextRun({ output: { palette } }: CommandContext, plan: Plan, now: number): Fragment {
  if (!plan.enabled) return palette.yellow('paused');
  if (plan.running) return palette.cyan('running');
  return plan.nextRun === undefined ? 'never' : formatAge(plan.nextRun, now);
}

function retentionWords({ retention: { recentHours, daily, weekly, monthly } }: Plan): string {
  return `${recentHours} h, ${daily} days, ${weekly} weeks, ${monthly} months`;
}
