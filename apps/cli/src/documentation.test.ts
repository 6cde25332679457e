import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from './program.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');
const guides = path.join(root, 'docs', 'guides');
const documents = [
  path.join(root, 'README.md'),
  ...readdirSync(guides).map((name) => path.join(guides, name)),
];

/** The command lines in the code blocks of a document, without what is said beside them. */
function commandLines(text: string): string[][] {
  const blocks = [...text.matchAll(/^```(?:sh)?\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  return blocks
    .flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n'))
    .flatMap((line) => /^(?:.*? )??(?:\S*\/)?holdfast (?!holdfast )(.*)$/.exec(line)?.[1] ?? [])
    .map((line) => line.replace(/ {2,}.*| [<>].*/, '').split(' '));
}

/** Parses a command line as the program does; gives how many commands it would run. */
async function wouldRun(argv: readonly string[]): Promise<number> {
  let performed = 0;
  const outputs = { stdout: new PassThrough(), stderr: new PassThrough() };
  const program = createProgram({ version: '0', ...outputs }, async () => {
    performed += 1;
  });
  await program.parseAsync([...argv], { from: 'user' });
  return performed;
}

function leaves(command: Command, names: readonly string[] = []): string[] {
  const own = command.commands.length === 0 ? [names.join(' ')] : [];
  return [...own, ...command.commands.flatMap((child) => leaves(child, [...names, child.name()]))];
}

describe('the documents', () => {
  const documented = documents.flatMap((file) =>
    commandLines(readFileSync(file, 'utf8')).map((argv) => ({ file: path.basename(file), argv })),
  );

  it.each(documented)('$file: holdfast $argv', async ({ argv }) => {
    expect(await wouldRun(argv)).toBe(1);
  });

  it('show every command in the guide to commands', () => {
    const shown = commandLines(readFileSync(path.join(guides, 'commands.md'), 'utf8')).map((argv) =>
      argv.join(' '),
    );
    const program = createProgram(
      { version: '0', stdout: new PassThrough(), stderr: new PassThrough() },
      async () => {},
    );
    // What they do is what the command above them does.
    const missing = leaves(program)
      .filter((name) => !['destinations list', 'channels list', 'plans list'].includes(name))
      .filter((name) => !shown.some((line) => `${line} `.startsWith(`${name} `)));
    expect(missing).toEqual([]);
  });
});
