import { type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { markup } from '../output/markup.ts';
import { parseEdit, type SelectionOptions, secretSettings, selection } from './channel-selection.ts';
import { collectSettings } from './destination-settings.ts';

export interface EditChannelOptions extends SelectionOptions {
  readonly enable?: boolean;
  readonly disable?: boolean;
}

/** Changes what is given, and leaves the rest. */
export async function editChannel(
  context: CommandContext,
  name: string,
  options: EditChannelOptions,
): Promise<ExitCode> {
  const { enable = false, disable = false } = options;
  if (enable && disable) throw new CommandError('invalid-input', 'Give --enable or --disable, not both.');
  const settings = await collectSettings(context, options, secretSettings);
  const change = parseEdit({
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
    ...(enable || disable ? { enabled: enable } : {}),
    ...selection(options),
  });
  const channel = await (await context.client()).editChannel(name, change);
  if (context.output.json) context.output.document(channel);
  else context.output.line(markup`Changed ${channel.name} (${channel.kind}) to ${channel.target}.`);
  return exitCodes.ok;
}
