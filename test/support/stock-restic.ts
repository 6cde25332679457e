import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { recoveryKitSchema } from '@holdfast/contracts';
import { z } from 'zod';
import type { Holdfast } from './holdfast.ts';

const run = promisify(execFile);

const snapshotsSchema = z.array(
  z.object({
    id: z.string(),
    time: z.string(),
    tags: z.array(z.string()).nullish(),
    paths: z.array(z.string()),
  }),
);
export type StockSnapshot = z.infer<typeof snapshotsSchema>[number];

/** The password that a person keeps. */
export async function teamKey(holdfast: Holdfast): Promise<string> {
  const { answer } = await holdfast.json('key', 'show-kit');
  return recoveryKitSchema.parse(answer).password;
}

/** The stock restic CLI on a repository, with nothing of Holdfast's but the password. */
export async function stockRestic(
  repository: string,
  password: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout } = await run('restic', ['-r', repository, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], RESTIC_PASSWORD: password, ...environment },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

export async function stockSnapshots(
  repository: string,
  password: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<StockSnapshot[]> {
  const listed = await stockRestic(repository, password, ['snapshots', '--json', '--no-lock'], environment);
  return snapshotsSchema.parse(JSON.parse(listed));
}

/** Where the default local destination keeps the repository of a source. */
export function localRepository(holdfast: Holdfast, source: string): string {
  return path.join(holdfast.dataDirectory, 'destinations', 'local', 'restic', source);
}

/** Asked of the files themselves: also true for a repository that nothing can open any more. */
export async function snapshotFiles(repository: string): Promise<string[]> {
  try {
    return await readdir(path.join(repository, 'snapshots'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
