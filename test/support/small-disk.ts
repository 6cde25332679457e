import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = path.join(import.meta.dirname, '..', '..', 'scripts', 'lab', 'disk');

export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  grow(megabytes: number): Promise<void>;
}

/** A file system of its own of so many megabytes, in memory. */
export async function makeSmallDisk(megabytes: number): Promise<SmallDisk> {
  const mount = await mkdtemp(path.join(tmpdir(), 'holdfast-disk-'));
  await run(script, ['make', mount, String(megabytes)]);
  return {
    path: mount,
    grow: async (size) => {
      await run('mount', ['-o', `remount,size=${size}m`, mount]);
    },
    [Symbol.asyncDispose]: async () => {
      await run(script, ['remove', mount]);
      await rm(mount, { recursive: true });
    },
  };
}
