import { type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';
import { parseAdd, type SelectionOptions, secretSettings, selection } from './channel-selection.ts';
import { collectSettings } from './destination-settings.ts';

export interface AddChannelOptions extends SelectionOptions {
  readonly kind: string;
}

/** Adds a way to people; nothing is sent yet. */
export async function addChannel(
  context: CommandContext,
  name: string,
  options: AddChannelOptions,
): Promise<ExitCode> {
  const settings = await collectSettings(context, options, secretSettings);
  const input = parseAdd({ name, kind: options.kind, settings, ...selection(options) });
  const channel = await (await context.client()).addChannel(input);
  const { output } = context;
  if (output.json) output.document(channel);
  else {
    output.line(markup`Added ${channel.name} (${channel.kind}) to ${channel.target}.`);
    output.line(markup`Try it with: holdfast channels test ${channel.name}`);
  }
  return exitCodes.ok;
}
