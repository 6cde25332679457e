import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, rmdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { HoldfastError } from '@holdfast/runtime';
import type { ObjectStore } from '../destination.ts';
import { checkKeyPrefix, checkObjectKey } from '../names.ts';
import { errorNumber, localFailure } from './errors.ts';

/** Begins the names of files that are being written; the list leaves them out. */
const unfinishedPrefix = '.holdfast-unfinished-';

/**
 * Objects as files below a folder. A body is written beside its place, synced and renamed, so that a reader or
 * a crash never sees half of it. Folders are 0700, files 0600.
 */
export function localObjectStore(root: string): ObjectStore {
  const fileOf = (key: string) => path.join(root, ...checkObjectKey(key).split('/'));
  return {
    async put(key, body, options) {
      const file = fileOf(key);
      try {
        await writeWhole(root, file, body, options?.signal);
      } catch (error) {
        throw localFailure(error, root);
      }
    },
    async get(key, options) {
      const file = fileOf(key);
      try {
        return await readFile(file, { signal: options?.signal });
      } catch (error) {
        if (!isAbsence(error)) throw localFailure(error, root);
        throw new HoldfastError(
          'not-found',
          `${JSON.stringify(root)} holds no object ${JSON.stringify(key)}.`,
        );
      }
    },
    async list(prefix) {
      const folders = checkKeyPrefix(prefix).split('/').slice(0, -1);
      try {
        const keys = await keysBelow(root, folders.join('/'));
        return keys.filter((key) => key.startsWith(prefix)).sort();
      } catch (error) {
        throw localFailure(error, root);
      }
    },
    async delete(key) {
      const file = fileOf(key);
      try {
        await unlink(file).catch((error: unknown) => {
          if (!isAbsence(error)) throw error;
        });
        await removeEmptyFolders(root, path.dirname(file));
      } catch (error) {
        throw localFailure(error, root);
      }
    },
  };
}

/** Writes a file beside its place, syncs and renames it: a reader or a crash never sees half of it. */
export async function writeWhole(
  root: string,
  file: string,
  body: Uint8Array | AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  const folder = path.dirname(file);
  await makeFolders(root, folder);
  const unfinished = path.join(folder, `${unfinishedPrefix}${randomUUID()}`);
  try {
    const handle = await open(unfinished, 'wx', 0o600);
    try {
      await handle.writeFile(body, { signal });
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

async function makeFolders(root: string, folder: string): Promise<void> {
  await makeFolderUnlessThere(root);
  let current = root;
  // One by one: the recursive form reports a read-only file system as a missing folder.
  for (const segment of path.relative(root, folder).split(path.sep).filter(Boolean)) {
    current = path.join(current, segment);
    await makeFolderUnlessThere(current);
  }
}

/**
 * Makes one folder, never those above it: where the one above the destination is missing, a disk is most likely
 * not mounted, and backups must not fill the disk below the mount point.
 * @returns whether it was made; false also when something else than a folder is there, which shows when it is used
 */
export async function makeFolderUnlessThere(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (errorNumber(error) === 'EEXIST') return false;
    throw error;
  }
}

/** There is no file of that name: also when a part of its path is a file, or it is a folder. */
export function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errorNumber(error) ?? '');
}

/** Makes the new name itself survive a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems cannot sync a folder; the file itself is safe already.
    if (errorNumber(error) !== 'EINVAL' && errorNumber(error) !== 'ENOTSUP') throw error;
  } finally {
    await handle.close();
  }
}

async function keysBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (isAbsence(error) && folder !== '') return [];
    throw error;
  });
  const keys: string[] = [];
  for (const entry of entries) {
    const key = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) keys.push(...(await keysBelow(root, key)));
    else if (entry.isFile() && !entry.name.startsWith(unfinishedPrefix)) keys.push(key);
  }
  return keys;
}

async function removeEmptyFolders(root: string, from: string): Promise<void> {
  for (let folder = from; folder !== root; folder = path.dirname(folder)) {
    try {
      await rmdir(folder);
    } catch (error) {
      const number = errorNumber(error);
      if (number === 'ENOENT') continue;
      if (number === 'ENOTEMPTY' || number === 'EEXIST') return;
      throw error;
    }
  }
}
