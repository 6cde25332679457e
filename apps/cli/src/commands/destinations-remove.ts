import { type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';

/** Forgets a destination. What is stored there stays. Without `--yes` one that holds snapshots is not forgotten. */
export async function removeDestination(
  context: CommandContext,
  name: string,
  options: { readonly yes?: boolean },
): Promise<ExitCode> {
  await (await context.client()).removeDestination(name, { force: options.yes ?? false });
  if (context.output.json) context.output.document({ removed: name });
  else context.output.line(markup`Removed ${name}. What is stored there was not touched.`);
  return exitCodes.ok;
}
