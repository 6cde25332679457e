import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { until } from './until.ts';

/** Runs the arguments as a program that believes to be on another machine. */
const elsewhere = ['unshare', '--uts', 'sh', '-c', 'hostname elsewhere && exec "$@"', 'sh'];

/**
 * Leaves an exclusive lock in a repository on this disk: that of a stock restic which died in the middle of a check.
 * On this machine it can be known to be dead; on another one nobody can tell, and restic takes the lock for a live one.
 */
export async function leaveLock(
  repository: string,
  password: string,
  where: 'this machine' | 'another machine',
): Promise<void> {
  // Slow enough to be still at it when it is killed.
  const check = ['restic', '-r', repository, 'check', '--read-data', '--limit-download=1', '--no-cache'];
  const [program = '', ...args] = where === 'this machine' ? check : [...elsewhere, ...check];
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], RESTIC_PASSWORD: password },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  try {
    await until('restic holds the lock', async () => (await locksIn(repository)).length > 0);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

export async function locksIn(repository: string): Promise<string[]> {
  return (await readdir(path.join(repository, 'locks'))).filter((name) => /^[0-9a-f]{64}$/.test(name));
}

/** As the holder does when it is done. */
export async function removeLocks(repository: string): Promise<void> {
  for (const name of await locksIn(repository)) await rm(path.join(repository, 'locks', name));
}
