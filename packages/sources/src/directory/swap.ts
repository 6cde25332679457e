import { readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { exists } from '../files/previous-name.ts';
import { syncFolder } from '../files/sync-folder.ts';

/**
 * What a restore is about to rename, stored beside the folder before it does, so that a later run can finish or
 * take back what a crash cut off.
 */
const intentSchema = z.object({
  fresh: z.string(),
  /** Absent where nothing is replaced, and until the fresh folder is complete. */
  swap: z.object({ target: z.string(), previous: z.string() }).optional(),
});
export type SwapIntent = z.infer<typeof intentSchema>;

/** The new content, on the same file system as its place. */
export function freshFolderOf(target: string, operationId: string): string {
  return `${target}.holdfast-${operationId}`;
}

export function intentFileOf(original: string, operationId: string): string {
  return `${original}.holdfast-${operationId}.json`;
}

export async function writeIntent(file: string, intent: SwapIntent): Promise<void> {
  const draft = `${file}.new`;
  await writeFile(draft, JSON.stringify(intent), { mode: 0o600, flush: true });
  await rename(draft, file);
  await syncFolder(path.dirname(file));
}

/**
 * Two renames with an instant between them in which nothing has the folder's name (Linux can exchange two names at
 * once, but Node.js does not offer it). When the second fails the first is taken back.
 */
export async function swapFolders(fresh: string, target: string, previous: string): Promise<void> {
  await rename(target, previous);
  try {
    await rename(fresh, target);
  } catch (error) {
    await rename(previous, target);
    throw error;
  }
  await syncFolder(path.dirname(target));
}

/**
 * Brings the old folder back where a crash left none, and removes what was half restored. Safe to repeat.
 * @returns what was done that a person should know, in sentences
 */
export async function takeBack(intentFile: string): Promise<string[]> {
  await rm(`${intentFile}.new`, { force: true });
  const intent = await readIntent(intentFile);
  if (intent === undefined) return [];
  const said = intent.swap === undefined ? [] : await takeBackSwap(intent.fresh, intent.swap);
  await rm(intent.fresh, { recursive: true, force: true });
  await rm(intentFile);
  return said;
}

async function takeBackSwap(
  fresh: string,
  { target, previous }: NonNullable<SwapIntent['swap']>,
): Promise<string[]> {
  // Without the fresh folder the swap came to its end; without the previous one it had not begun.
  if (!(await exists(fresh)) || !(await exists(previous))) return [];
  if (await exists(target)) {
    // Something (a container engine, for one) made the missing folder anew; it is in the way only when empty.
    const removed = await rmdir(target).then(
      () => true,
      () => false,
    );
    if (!removed)
      return [
        `${JSON.stringify(target)} was made anew meanwhile; the folder from before is ${JSON.stringify(previous)}.`,
      ];
  }
  await rename(previous, target);
  await syncFolder(path.dirname(target));
  return [`An interrupted restore of ${JSON.stringify(target)} was taken back.`];
}

async function readIntent(file: string): Promise<SwapIntent | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : intentSchema.parse(JSON.parse(text));
}
