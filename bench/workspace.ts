import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sh } from './shell.ts';

export interface Options {
  readonly megabytes: number;
  readonly rounds: number;
  readonly log: (line: string) => void;
}

/** restic with a password of the benchmark; the recipe and the hand-made pipes use it. */
export const resticPassword = { RESTIC_PASSWORD: 'benchmark' };

/** A folder for one scenario, on the same disk as the temporary folder; removed afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(process.env['HOLDFAST_BENCH_DIR'] ?? tmpdir(), 'holdfast-bench-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Puts `folder` back to what `template` holds, untimed, and lets the disk settle. */
export async function resetFolder(template: string, folder: string): Promise<void> {
  await sh(`rm -rf "${folder}"; cp -a "${template}" "${folder}"; sync`);
}

export async function sizeOf(folder: string): Promise<number> {
  return Number((await sh(`du -sb "${folder}" | cut -f1`)).stdout);
}
