import { type Alert, type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';
import { count, formatAge } from '../output/quantities.ts';

export interface AlertsOptions {
  readonly all?: boolean;
}

/** What is open, and with `--all` what was; newest first. */
export async function listAlerts(context: CommandContext, options: AlertsOptions): Promise<ExitCode> {
  const { output } = context;
  const alerts = await (await context.client()).alerts(options.all === true ? 'all' : 'open');
  if (output.json) output.document(alerts);
  else if (alerts.length === 0) output.line(markup`There is no open alert.`);
  else printAlerts(context, alerts);
  return exitCodes.ok;
}

/** One line on standard error when there is something to look at. */
export async function noteOpenAlerts(context: CommandContext): Promise<void> {
  const { output } = context;
  const open = await (await context.client()).alerts('open');
  if (open.length === 0) return;
  const about = [...new Set(open.map(({ subject }) => subject.name))].join(', ');
  output.note(
    markup`${output.errorPalette.red(count(open.length, 'open alert'))} about ${about}. Look at them with: holdfast alerts`,
  );
}

function printAlerts({ output }: CommandContext, alerts: readonly Alert[]): void {
  const now = Date.now();
  const { palette } = output;
  for (const { code, state, subject, message, hint, since, lastSeen, occurrences } of alerts) {
    const mark = state === 'open' ? palette.red(code) : palette.dim(`${code}, resolved`);
    const often =
      occurrences === 1 ? '' : `, ${count(occurrences, 'time')}, last ${formatAge(lastSeen, now)}`;
    output.line(markup`${mark}  ${palette.bold(subject.name)}, ${formatAge(since, now)}${often}: ${message}`);
    if (state === 'open') output.line(markup`      ${palette.dim('Next')}: ${hint}`);
  }
}
