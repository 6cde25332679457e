import { statfs } from 'node:fs/promises';
import { HoldfastError } from '@holdfast/runtime';

/** Left free on the disk beside what a restore writes, so that the restore does not starve what runs there. */
const reserveBytes = 16 * 1024 * 1024;

/** @throws HoldfastError `restore-space` when the file system of that folder cannot take so many more bytes */
export async function requireFreeSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes + reserveBytes) return;
  throw new HoldfastError(
    'restore-space',
    `The restore needs ${megabytes(bytes + reserveBytes)} in ${JSON.stringify(folder)}, where ${megabytes(free)} are free.`,
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
