import { readFile } from 'node:fs/promises';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { markup } from '../output/markup.ts';
import { ask, canAsk } from './ask.ts';

const largestSecret = 64 * 1024;

/** The whole of standard input, without the line ending that `echo` and editors put there. */
export async function readSecretFromStdin({ host }: CommandContext): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of host.stdin) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Buffer);
    size += bytes.byteLength;
    if (size > largestSecret)
      throw new CommandError('invalid-input', 'The secret on standard input is too long.');
    chunks.push(bytes);
  }
  return withoutLineEnding(Buffer.concat(chunks).toString('utf8'));
}

export async function readSecretFromFile(file: string): Promise<string> {
  try {
    return withoutLineEnding(await readFile(file, 'utf8'));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new CommandError('invalid-input', `The file with the secret cannot be read: ${words}`, {
      cause: error,
    });
  }
}

export function readSecretFromVariable({ host }: CommandContext, variable: string): string {
  const value = host.environment[variable];
  if (value === undefined || value === '') {
    throw new CommandError('invalid-input', `The variable ${variable} is not set.`);
  }
  return value;
}

/** Asks without showing what is typed. */
export async function askForSecret(
  { host }: CommandContext,
  setting: string,
  otherWays = 'Use --secret-stdin, --secret-file or --secret-env.',
): Promise<string> {
  if (!canAsk(host)) {
    throw new CommandError('invalid-input', `There is no terminal to ask for ${setting} on.`, {
      hint: otherWays,
    });
  }
  const answer = await ask(host, markup`${setting}: `, { hidden: true });
  if (answer === undefined) throw new CommandError('cancelled', 'It was not entered; nothing was changed.');
  return answer;
}

function withoutLineEnding(text: string): string {
  return text.replace(/\r?\n$/, '');
}
