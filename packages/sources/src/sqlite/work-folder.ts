import { mkdir, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { HoldfastError } from '@holdfast/runtime';

/** A folder that only this user may enter, named after its operation so that a later run can remove it. */
export interface WorkFolder {
  readonly path: string;
  remove(): Promise<void>;
}

const sharedMemory = '/dev/shm';
/** TMPFS_MAGIC of linux/magic.h. */
const tmpfsType = 0x01021994;

export function memoryFolderOf(operationId: string): string {
  return path.join(sharedMemory, `holdfast-${operationId}`);
}

/** On the same file system as the database, so that a file in it can take the database's place by a rename. */
export function folderBeside(database: string, operationId: string): string {
  return path.join(path.dirname(database), `.holdfast-${operationId}`);
}

export async function makeWorkFolder(folder: string): Promise<WorkFolder> {
  await mkdir(folder, { mode: 0o700 });
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * A place for a copy of so many bytes: in memory where it takes no more than half of what is free there, else
 * beside the database, on the disk that holds the same content in the clear already.
 * @throws HoldfastError `source-unreadable` when neither will do
 */
export async function makeCopyFolder(
  database: string,
  bytes: number,
  operationId: string,
  memoryBudget = freeMemory,
): Promise<WorkFolder & { readonly inMemory: boolean }> {
  if (bytes <= (await memoryBudget()) / 2) {
    return { ...(await makeWorkFolder(memoryFolderOf(operationId))), inMemory: true };
  }
  const folder = path.dirname(database);
  const needed = `The copy that it is read from needs ${Math.ceil(bytes / 1e6)} MB, more than half of the free memory`;
  try {
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < bytes) {
      throw new HoldfastError(
        'source-unreadable',
        `${needed}, and ${JSON.stringify(folder)} has no room for it.`,
        {
          hint: 'Free some space there, or give /dev/shm more (docker run --shm-size).',
        },
      );
    }
    return { ...(await makeWorkFolder(folderBeside(database, operationId))), inMemory: false };
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError(
      'source-unreadable',
      `${needed}, and Holdfast may not write to ${JSON.stringify(folder)}.`,
      {
        hint: 'Let Holdfast write to that folder, or give /dev/shm more (docker run --shm-size).',
        cause: error,
      },
    );
  }
}

/** What a file in memory may take: the size of the mount, and what this process's own limit leaves. */
async function freeMemory(): Promise<number> {
  const shared = await statfs(sharedMemory).catch(() => undefined);
  if (shared?.type !== tmpfsType) return 0;
  return Math.min(shared.bavail * shared.bsize, process.availableMemory());
}
