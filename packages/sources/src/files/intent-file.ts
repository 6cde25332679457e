import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { syncFolder } from './sync-folder.ts';

/** Stores what is about to be done before it is, so that a later run can end it or take it back: whole, or not at all. */
export async function writeIntent(file: string, intent: unknown): Promise<void> {
  const draft = `${file}.new`;
  await writeFile(draft, JSON.stringify(intent), { mode: 0o600, flush: true });
  await rename(draft, file);
  await syncFolder(path.dirname(file));
}

/** Undefined where nothing was begun. */
export async function readIntent<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : schema.parse(JSON.parse(text));
}
