import { type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';

/** What is installed, reachable or missing, and how to mend it. */
export async function doctor(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const report = await (await context.client()).doctor();
  if (output.json) output.document(report);
  else {
    const { palette } = output;
    const marks = {
      ok: palette.green('ok'),
      warning: palette.yellow('warning'),
      failed: palette.red('failed'),
    };
    for (const { name, state, detail, hint } of report.checks) {
      output.line(markup`${marks[state]}  ${palette.bold(name)}: ${detail}`);
      if (hint !== undefined) output.line(markup`      ${palette.dim('Next')}: ${hint}`);
    }
  }
  return report.ok ? exitCodes.ok : exitCodes.failed;
}
