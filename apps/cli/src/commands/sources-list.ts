import { type ExitCode, exitCodes, type Source } from '@holdfast/contracts';
import { formatAge, formatDuration } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { type Fragment, markup, type Palette } from '../output/markup.ts';
import { noteOpenAlerts } from './alerts.ts';

/** Everything that was discovered or declared, whether it is protected, and why not where it is not. */
export async function listSources(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const { items, warnings } = await (await context.client()).sources();
  if (output.json) output.document(items);
  else printSources(context, items);
  for (const warning of warnings) output.warn(warning);
  if (!output.json) await noteOpenAlerts(context);
  return exitCodes.ok;
}

/** A narrower terminal has room for what matters more. */
const widthForPlans = 120;

function printSources({ output, host }: CommandContext, sources: readonly Source[]): void {
  if (sources.length === 0) {
    output.line(markup`Nothing was found here that can be backed up.`);
    output.note(markup`Add a file or folder with: holdfast sources add directory PATH`);
    return;
  }
  const now = Date.now();
  const { isTTY, columns = widthForPlans } = host.stdout;
  const roomy = isTTY !== true || columns >= widthForPlans;
  const { palette } = output;
  const together = sources.toSorted(
    (a, b) => a.environment.localeCompare(b.environment) || a.name.localeCompare(b.name),
  );
  output.table(
    [
      { title: 'NAME', wraps: true },
      { title: 'KIND' },
      { title: 'ENVIRONMENT', wraps: true },
      { title: 'PROTECTED' },
      { title: 'BACKUP' },
      ...(roomy ? [{ title: 'PLAN', wraps: true }] : []),
      { title: 'PROOF', wraps: true },
      { title: 'REMARK', wraps: true },
    ],
    together.map((source) => [
      source.name,
      source.kind,
      source.environment,
      source.protected ? palette.green('yes') : palette.yellow('no'),
      lastBackup(source, now, palette),
      ...(roomy ? [plan(source, now)] : []),
      proof(source, now),
      remark(source),
    ]),
  );
}

function lastBackup({ lastSuccess, overdue }: Source, now: number, palette: Palette): Fragment {
  const last = lastSuccess === undefined ? 'never' : formatAge(lastSuccess, now);
  return overdue === true ? palette.red(`${last}, overdue`) : last;
}

/** Which plans catch it, and when the first of them runs next. */
function plan({ plans = [], nextRun, present }: Source, now: number): string {
  if (!present || plans.length === 0) return '';
  const names = plans.join(', ');
  return nextRun === undefined ? names : `${names}, ${formatAge(nextRun, now)}`;
}

/** When a snapshot of it was restored and found equal, and how long that took. */
function proof({ lastVerified, recoveryMs }: Source, now: number): string {
  if (lastVerified === undefined) return 'never';
  const took = recoveryMs === undefined ? '' : `, in ${formatDuration(recoveryMs)}`;
  return `${formatAge(lastVerified, now)}${took}`;
}

function remark(source: Source): string {
  if (source.reason !== undefined) return source.reason;
  return source.present ? '' : 'not found any more; its snapshots are kept';
}
