import { isCancel, text } from '@clack/prompts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { markup } from '../output/markup.ts';

/**
 * Asks the person to type a name; returns only when it is exactly that. The question goes to standard error, so that
 * standard output stays the result's.
 * @throws CommandError `confirmation-required`, also where there is no terminal to ask on
 */
export async function confirmByTyping({ host }: CommandContext, name: string): Promise<void> {
  if (host.stdin.isTTY !== true || host.stderr.isTTY !== true) {
    throw new CommandError('confirmation-required', 'There is no terminal to ask for the confirmation on.', {
      hint: 'Pass --yes in a script, once you are sure of what it replaces.',
    });
  }
  const answer = await text({
    message: markup`Type ${name} to go on:`.value,
    input: host.stdin,
    output: host.stderr,
  });
  if (isCancel(answer))
    throw new CommandError('confirmation-required', 'It was not confirmed; nothing was changed.');
  if ((answer ?? '').trim() !== name) {
    throw new CommandError('confirmation-required', `What was typed is not ${name}; nothing was changed.`);
  }
}
