import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../files/previous-name.ts';
import { syncFolder } from '../files/sync-folder.ts';
import type { CaptureContext, Exchange, TargetState } from '../source.ts';
import { restoringError } from './database-errors.ts';
import { examineDatabaseFile, resolveTarget } from './database-file.ts';
import { sideSuffixes } from './file-format.ts';
import type { SqliteLocator } from './locator.ts';
import { runDatabaseTask } from './run-task.ts';
import { folderBeside, makeWorkFolder } from './work-folder.ts';

/**
 * Undoes a restore in mode `swap`: the database that it kept takes its place again, with its write-ahead log where it
 * has one; where there was none before, the restored one is removed.
 *
 * @throws HoldfastError `restore-failed`
 */
export async function revertSqlite(
  locator: SqliteLocator,
  report: Exchange,
  context: CaptureContext,
): Promise<void> {
  const target = await resolveTarget(locator.path);
  const [previous] = report.previous;
  try {
    if (previous === undefined) await removeDatabase(target);
    else await putBack(target, previous, context);
  } catch (error) {
    throw restoringError(target, error);
  }
}

async function putBack(target: string, previous: string, { operationId }: CaptureContext): Promise<void> {
  if (await exists(previous)) {
    const place = folderBeside(target, operationId);
    await rm(place, { recursive: true, force: true });
    const folder = await makeWorkFolder(place);
    try {
      const replaced = path.join(folder.path, 'replaced');
      await runDatabaseTask(
        { type: 'exchange', from: previous, target, previous: replaced },
        new AbortController().signal,
      );
    } finally {
      await folder.remove();
    }
  }
  // After a revert that was cut off here, this is what is left to do.
  for (const suffix of sideSuffixes) {
    if (await exists(previous + suffix)) await rename(previous + suffix, target + suffix);
  }
  await syncFolder(path.dirname(target));
}

async function removeDatabase(target: string): Promise<void> {
  for (const suffix of [...sideSuffixes, '']) await rm(target + suffix, { force: true });
  if (await exists(path.dirname(target))) await syncFolder(path.dirname(target));
}

/** The database file and its size; nothing where there is none. */
export async function examineSqlite(locator: SqliteLocator): Promise<TargetState> {
  const target = await resolveTarget(locator.path);
  if (!(await exists(target))) return { holds: [], versions: {} };
  const { bytes } = await examineDatabaseFile(target);
  return { holds: [{ name: target, bytes }], versions: {} };
}
