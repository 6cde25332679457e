import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { until } from './until.ts';

export interface LockHolder extends AsyncDisposable {
  /** Dies without a word, and leaves its lock. */
  die(): Promise<void>;
  /** Ends and takes its lock away. */
  finish(): Promise<void>;
}

/** A stock restic that checks a repository on this disk so slowly that it holds it locked, exclusively. */
export async function holdRepositoryLocked(repository: string, password: string): Promise<LockHolder> {
  const child: ChildProcess = spawn(
    'restic',
    ['-r', repository, 'check', '--read-data', '--limit-download=1', '--no-cache'],
    {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], RESTIC_PASSWORD: password },
      stdio: 'ignore',
    },
  );
  const ended = once(child, 'exit');
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
  };
  const locks = path.join(repository, 'locks');
  await until('restic holds the lock', async () => (await readdir(locks)).length > 0);
  return {
    die: () => end('SIGKILL'),
    finish: () => end('SIGTERM'),
    [Symbol.asyncDispose]: () => end('SIGKILL'),
  };
}
