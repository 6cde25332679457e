import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { exists } from '../files/previous-name.ts';
import type { CaptureContext } from '../source.ts';
import { resolveTarget } from './database-file.ts';
import { undoExchange } from './exchange.ts';
import type { SqliteLocator } from './locator.ts';
import { intentName, restoredName } from './restore.ts';
import { folderBeside, memoryFolderOf } from './work-folder.ts';

const intentSchema = z.object({ target: z.string(), previous: z.string() });

/** Ends what a dead operation left: copies, and an exchange that was cut off between its renames. */
export async function cleanUpSqlite(
  locator: SqliteLocator,
  operationId: string,
  { reporter }: CaptureContext,
): Promise<void> {
  await rm(memoryFolderOf(operationId), { recursive: true, force: true });
  const folder = folderBeside(await resolveTarget(locator.path), operationId);
  if (!(await exists(folder))) return;
  const intent = await readIntent(path.join(folder, intentName));
  if (intent !== undefined) {
    undoExchange({ ...intent, from: path.join(folder, restoredName) });
    reporter.log('info', `An interrupted restore of ${JSON.stringify(intent.target)} was cleaned up.`);
  }
  await rm(folder, { recursive: true, force: true });
}

async function readIntent(file: string): Promise<z.infer<typeof intentSchema> | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return intentSchema.parse(JSON.parse(text));
  } catch {
    // Cut off while it was written: nothing had been renamed yet.
    return undefined;
  }
}
