import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { HoldfastError } from '@holdfast/runtime';
import { counted } from '../counted.ts';
import type { FileStore } from '../file-store.ts';
import { checkObjectKey } from '../names.ts';
import { localFailure } from './errors.ts';
import { isAbsence, localObjectStore, writeWhole } from './object-store.ts';

/** Files below a folder, each written beside its place, synced and renamed. Folders are 0700, files 0600. */
export function localFileStore(root: string): FileStore {
  const objects = localObjectStore(root);
  const fileOf = (key: string) => path.join(root, ...checkObjectKey(key).split('/'));
  return {
    async put(key, source, options) {
      const file = fileOf(key);
      const { body, assertStored } = counted(source, options?.signal);
      try {
        await writeWhole(root, file, body, options?.signal);
        return assertStored((await stat(file)).size, key);
      } catch (error) {
        throw localFailure(error, root);
      }
    },
    async get(key, options) {
      const file = fileOf(key);
      let handle: FileHandle;
      try {
        handle = await open(file);
      } catch (error) {
        if (isAbsence(error)) throw missing(root, key);
        throw localFailure(error, root);
      }
      if (!(await handle.stat()).isFile()) {
        await handle.close();
        throw missing(root, key);
      }
      return createReadStream(file, { fd: handle, signal: options?.signal });
    },
    async list(prefix, options) {
      const keys = await objects.list(prefix, options).catch((error: unknown) => {
        // Nothing was stored yet.
        if (error instanceof HoldfastError && error.code === 'destination-folder-missing') return [];
        throw error;
      });
      try {
        const sized = keys.map(async (key) => ({ key, bytes: (await stat(fileOf(key))).size }));
        return await Promise.all(sized);
      } catch (error) {
        throw localFailure(error, root);
      }
    },
    delete: (key) => objects.delete(key),
    uriOf: (key) => pathToFileURL(fileOf(key)).href,
    keyOf(uri) {
      try {
        const key = path.relative(root, fileURLToPath(uri));
        return path.isAbsolute(key) ? undefined : checkObjectKey(key.split(path.sep).join('/'));
      } catch {
        return undefined;
      }
    },
    close: () => Promise.resolve(),
  };
}

function missing(root: string, key: string): HoldfastError {
  return new HoldfastError('not-found', `${JSON.stringify(root)} holds no file ${JSON.stringify(key)}.`);
}
