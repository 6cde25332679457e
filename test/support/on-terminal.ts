import { spawn } from 'node:child_process';
import { type Holdfast, program } from './holdfast.ts';

/**
 * Runs Holdfast on a pseudo-terminal and types once the screen shows `prompt`.
 * @returns all that was on the screen, and the exit code
 */
export async function onTerminal(
  holdfast: Holdfast,
  args: readonly string[],
  { prompt, typed }: { prompt: string; typed: string },
): Promise<{ screen: string; exitCode: number }> {
  // Only fixed words of the tests come here.
  const command = [program, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...holdfast.environment, TERM: 'xterm' },
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
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
  return { screen, exitCode: await ended };
}
