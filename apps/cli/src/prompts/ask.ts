import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Host } from '../host.ts';
import type { Markup } from '../output/markup.ts';

/** Whether there is a person to ask: what they type can be read, and they can see the question. */
export function canAsk({ stdin, stderr }: Host): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/**
 * One line from the terminal; `undefined` when the person left by Ctrl-C or Ctrl-D. The question goes to standard
 * error, so that standard output stays the result's. Plain on purpose: it works on every terminal, of any size.
 */
export async function ask(
  { stdin, stderr }: Host,
  question: Markup,
  { hidden = false } = {},
): Promise<string | undefined> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  // First of all the terminal stops showing what is typed; only then is the person asked to type.
  const lines = createInterface({
    input: stdin,
    output: hidden ? nowhere : stderr,
    terminal: true,
    historySize: 0,
  });
  if (hidden) stderr.write(question.value);
  try {
    return await new Promise<string | undefined>((resolve) => {
      lines.once('SIGINT', () => resolve(undefined));
      lines.once('close', () => resolve(undefined));
      lines.question(hidden ? '' : question.value, resolve);
    });
  } finally {
    lines.close();
    if (hidden) stderr.write('\n');
  }
}
