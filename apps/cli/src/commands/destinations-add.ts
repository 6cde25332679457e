import { addDestinationSchema, type ExitCode } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { markup } from '../output/markup.ts';
import { collectSettings, type SettingOptions } from './destination-settings.ts';
import { reportProbe } from './probe-report.ts';

export interface AddDestinationOptions extends SettingOptions {
  readonly kind: string;
  readonly default?: boolean;
  readonly force?: boolean;
}

/** Adds storage. The server probes it first, and adds nothing that does not work. */
export async function addDestination(
  context: CommandContext,
  name: string,
  options: AddDestinationOptions,
): Promise<ExitCode> {
  const settings = await collectSettings(context, options);
  const input = addDestinationSchema.safeParse({
    name,
    kind: options.kind,
    settings,
    makeDefault: options.default ?? false,
    force: options.force ?? false,
  });
  if (!input.success) {
    throw new CommandError('source-name-invalid', `"${name}" cannot be the name of a destination.`);
  }
  const added = await (await context.client()).addDestination(input.data);
  const { output } = context;
  if (output.json) output.document(added);
  else {
    const { destination } = added;
    output.line(markup`Added ${destination.name} (${destination.kind}) at ${destination.location}.`);
  }
  return reportProbe(context, added.probe);
}
