import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Reporter } from '@holdfast/runtime';
import { z } from 'zod';
import { exists } from '../files/previous-name.ts';
import type { CaptureContext } from '../source.ts';
import { resolveTarget } from './database-file.ts';
import { undoExchange } from './exchange.ts';
import type { SqliteLocator } from './locator.ts';
import { intentName, pointerOf, pointerSchema, restoredName } from './restore.ts';
import { folderBeside, memoryFolderOf } from './work-folder.ts';

const intentSchema = z.object({ target: z.string(), previous: z.string() });

/** Ends what a dead operation left: copies, and an exchange that was cut off between its renames. */
export async function cleanUpSqlite(
  locator: SqliteLocator,
  operationId: string,
  { reporter }: CaptureContext,
): Promise<void> {
  await rm(memoryFolderOf(operationId), { recursive: true, force: true });
  const pointer = await pointerOf(locator, operationId);
  const pointed = await readJson(pointer, pointerSchema);
  // A capture works beside the original, a restore may work elsewhere.
  for (const folder of new Set([
    folderBeside(await resolveTarget(locator.path), operationId),
    pointed?.folder,
  ])) {
    if (folder !== undefined && (await exists(folder))) await cleanUpFolder(folder, reporter);
  }
  await rm(pointer, { force: true });
}

async function cleanUpFolder(folder: string, reporter: Reporter): Promise<void> {
  const intent = await readJson(path.join(folder, intentName), intentSchema);
  if (intent !== undefined) {
    undoExchange({ ...intent, from: path.join(folder, restoredName) });
    reporter.log('info', `An interrupted restore of ${JSON.stringify(intent.target)} was cleaned up.`);
  }
  await rm(folder, { recursive: true, force: true });
}

async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // Cut off while it was written: nothing had been renamed yet.
    return undefined;
  }
}
