import { type Alert, type ExitCode, exitCodes } from '@holdfast/contracts';
import { count, formatAge } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';
import { shortUuid } from '../output/short-id.ts';

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

/** Says that somebody knows of it: it stays open, without reminders. */
export async function acknowledgeAlert(context: CommandContext, id: string): Promise<ExitCode> {
  const alert = await (await context.client()).acknowledgeAlert(id);
  if (context.output.json) context.output.document(alert);
  else {
    const { subject, code } = alert;
    context.output.line(
      markup`No more reminders of ${code} about ${subject.name}. It stays open until it is well.`,
    );
  }
  return exitCodes.ok;
}

function printAlerts({ output }: CommandContext, alerts: readonly Alert[]): void {
  const now = Date.now();
  const { palette } = output;
  for (const alert of alerts) {
    const { id, code, state, subject, message, hint, since, lastSeen, occurrences, acknowledged } = alert;
    const mark = state === 'open' ? palette.red(code) : palette.dim(`${code}, resolved`);
    const often =
      occurrences === 1 ? '' : `, ${count(occurrences, 'time')}, last ${formatAge(lastSeen, now)}`;
    output.line(markup`${mark}  ${palette.bold(subject.name)}, ${formatAge(since, now)}${often}: ${message}`);
    if (state !== 'open') continue;
    output.line(markup`      ${palette.dim('Next')}: ${hint}`);
    const known = acknowledged === undefined ? '' : `, known to ${acknowledged.by}`;
    output.line(markup`      ${palette.dim(`Id ${shortUuid(id)}${known}`)}`);
  }
}
