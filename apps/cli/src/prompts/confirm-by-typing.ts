import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { markup } from '../output/markup.ts';
import { ask, canAsk } from './ask.ts';

/**
 * Asks the person to type a name; returns only when it is exactly that.
 * @throws CommandError `confirmation-required`, also where there is no terminal to ask on
 */
export async function confirmByTyping({ host, output }: CommandContext, name: string): Promise<void> {
  if (!canAsk(host)) {
    throw new CommandError('confirmation-required', 'There is no terminal to ask for the confirmation on.', {
      hint: 'Pass --yes in a script, once you are sure of what it replaces.',
    });
  }
  const answer = await ask(host, markup`Type ${output.errorPalette.bold(name)} to go on: `);
  if (answer === undefined) {
    throw new CommandError('confirmation-required', 'It was not confirmed; nothing was changed.');
  }
  if (answer.trim() !== name) {
    throw new CommandError('confirmation-required', `What was typed is not ${name}; nothing was changed.`);
  }
}
