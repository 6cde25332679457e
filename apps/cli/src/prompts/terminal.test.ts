import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const program = path.join(import.meta.dirname, '../testing/terminal-program.ts');

/** Runs the command line on a pseudo-terminal and types once the screen shows `prompt`; gives all that was on the screen. */
async function onTerminal(argv: readonly string[], prompt: string, typed: string): Promise<string> {
  const command = `stty cols 80 rows 24; ${[process.execPath, program, ...argv].map((word) => `'${word}'`).join(' ')}`;
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    timeout: 15_000,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, TERM: 'xterm' },
  });
  let screen = '';
  let answered = false;
  child.stdout.setEncoding('utf8');
  for await (const text of child.stdout) {
    screen += String(text);
    if (answered || !screen.includes(prompt)) continue;
    answered = true;
    child.stdin.write(typed);
  }
  child.stdin.destroy();
  return screen;
}

describe('on a terminal', () => {
  it('restores when the name was typed', async () => {
    const screen = await onTerminal(['restore', 'shop-db'], 'to go on:', 'shop-db\r');
    expect(screen).toContain('shop-db (postgres in the container shop-db)');
    expect(screen).toContain('EXIT 0 RESTORES 1');
    // The cursor is shown again at the end.
    expect(screen.lastIndexOf('\u001b[?25h')).toBeGreaterThan(screen.lastIndexOf('\u001b[?25l'));
  });

  it.each([
    ['another name', 'shop\r'],
    ['nothing', '\r'],
    ['Ctrl-C', '\u0003'],
  ])('refuses with 5 on %s', async (_, typed) => {
    const screen = await onTerminal(['restore', 'shop-db'], 'to go on:', typed);
    expect(screen).toContain('nothing was changed');
    expect(screen).toContain('EXIT 5 RESTORES 0');
  });

  it('asks for a secret without showing it', async () => {
    const argv = ['destinations', 'add', 'offsite', '--kind', 's3', '--secret-prompt', 'secretKey'];
    const screen = await onTerminal(argv, 'secretKey:', 'hunter2\r');
    const sent = /SENT ([0-9a-f]+)/.exec(screen)?.[1] ?? '';
    expect(JSON.parse(Buffer.from(sent, 'hex').toString())).toMatchObject({
      settings: { secretKey: 'hunter2' },
    });
    expect(screen).not.toContain('hunter2');
  });
});
