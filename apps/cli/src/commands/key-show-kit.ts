import { type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { type Markup, markup } from '../output/markup.ts';

/** Prints what a person must keep to restore without Holdfast. It holds the password in the clear. */
export async function showRecoveryKit(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const kit = await (await context.client()).recoveryKit();
  if (output.json) {
    output.document(kit);
    return exitCodes.ok;
  }
  output.warn(
    'Whoever has this password can read every backup. Keep it where this server is not, and nowhere else.',
  );
  output.line(assignment('RESTIC_PASSWORD', kit.password));
  for (const { source, destination, repository, environment, options } of kit.repositories) {
    output.line();
    output.line(markup`# ${source} at ${destination}`);
    output.line(assignment('RESTIC_REPOSITORY', repository));
    for (const [name, value] of Object.entries(environment)) output.line(assignment(name, value));
    for (const option of options) output.line(markup`# restic needs: -o ${option}`);
  }
  return exitCodes.ok;
}

/** A line that a shell reads as it is. */
function assignment(name: string, value: string): Markup {
  const quoted = /^[\w./:@%+=,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
  return markup`export ${name}=${quoted}`;
}
