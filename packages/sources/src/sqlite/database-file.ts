import { open, realpath } from 'node:fs/promises';
import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { exists } from '../files/previous-name.ts';
import { sqliteMagic } from './file-format.ts';

export const ownershipSchema = z.object({ mode: z.number(), uid: z.number(), gid: z.number() });
export type Ownership = z.infer<typeof ownershipSchema>;

export interface DatabaseFile {
  /** With symbolic links resolved: SQLite keeps its side files beside this one. */
  readonly path: string;
  readonly ownership: Ownership;
  /** Of the file and what waits in its write-ahead log: an upper bound of a copy's size. */
  readonly bytes: number;
}

/**
 * Looks at a file without SQLite, which would happily create what is not there.
 * @throws HoldfastError `source-unreadable`, `source-corrupt`
 */
export async function examineDatabaseFile(path: string): Promise<DatabaseFile> {
  const shown = JSON.stringify(path);
  try {
    const resolved = await realpath(path);
    const handle = await open(resolved, 'r');
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new HoldfastError('source-unreadable', `${shown} is not a file.`);
      const start = Buffer.alloc(sqliteMagic.length);
      const { bytesRead } = await handle.read(start, 0, start.length, 0);
      if (stat.size === 0) {
        throw new HoldfastError(
          'source-corrupt',
          `${shown} is empty (0 bytes): no table was ever created in it.`,
        );
      }
      if (bytesRead < start.length || !start.equals(sqliteMagic)) {
        throw new HoldfastError('source-corrupt', `${shown} does not begin as a SQLite database does.`, {
          hint: 'Check the path. A database that its application encrypts (SQLCipher) looks like this too: protect its folder as a directory instead.',
        });
      }
      const ownership = { mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid };
      return { path: resolved, ownership, bytes: stat.size + (await sizeOf(`${resolved}-wal`)) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw unreadable(path, error);
  }
}

/** The path that a restore writes to: a link is followed where it leads somewhere. */
export async function resolveTarget(path: string): Promise<string> {
  return (await exists(path)) ? realpath(path).catch(() => path) : path;
}

function unreadable(path: string, error: unknown): HoldfastError {
  const { code, message } = error as NodeJS.ErrnoException;
  const shown = JSON.stringify(path);
  const words =
    code === 'ENOENT' || code === 'ENOTDIR'
      ? `There is no file at ${shown}.`
      : code === 'EACCES' || code === 'EPERM'
        ? `Holdfast may not read ${shown}.`
        : `${shown} cannot be read: ${message}.`;
  return new HoldfastError('source-unreadable', words, { cause: error });
}

async function sizeOf(path: string): Promise<number> {
  try {
    const handle = await open(path, 'r');
    try {
      return (await handle.stat()).size;
    } finally {
      await handle.close();
    }
  } catch {
    return 0;
  }
}
