import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { revealEnvironment } from '@holdfast/runtime';
import type { Access } from '../destination.ts';

const run = promisify(execFile);

export interface ResticRun {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the stock restic CLI with nothing but what `access` gives: what a person does without Holdfast.
 * @throws when restic's exit status is not 0 or it takes longer than `timeoutMs`
 */
export async function runRestic(
  access: Access,
  cacheFolder: string,
  command: readonly string[],
  timeoutMs = 60_000,
): Promise<ResticRun> {
  const options = access.options.flatMap((option) => ['-o', option]);
  return await run('restic', ['-r', access.location, ...options, ...command], {
    env: {
      PATH: process.env['PATH'],
      HOME: cacheFolder,
      RESTIC_PASSWORD: 'only used by tests',
      RESTIC_CACHE_DIR: cacheFolder,
      ...revealEnvironment(access.environment),
    },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: 4 * 1024 * 1024,
  });
}
