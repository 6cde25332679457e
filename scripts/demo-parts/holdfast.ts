import { spawn } from 'node:child_process';
import path from 'node:path';
import { styleText } from 'node:util';

const program = path.join(import.meta.dirname, '..', '..', 'bin', 'holdfast');

/** Runs the command line as a person would, but with `--json`; gives its document. Its progress goes to the screen. */
export type Holdfast = (...args: readonly string[]) => Promise<unknown>;

export function holdfastOn(
  dataDirectory: string,
  environment: Readonly<Record<string, string | undefined>>,
): Holdfast {
  return (...args) =>
    new Promise((resolve, reject) => {
      console.log(styleText('cyan', `$ holdfast ${args.join(' ')}`));
      const child = spawn(program, ['--json', '--data-dir', dataDirectory, ...args], {
        env: { ...environment },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const output: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => void output.push(chunk));
      child.once('error', reject);
      child.once('close', (code) => {
        const text = Buffer.concat(output).toString('utf8');
        if (code === 0) resolve(JSON.parse(text));
        else reject(new Error(`holdfast ${args[0]} ended with ${code}:\n${text.trim()}`));
      });
    });
}
