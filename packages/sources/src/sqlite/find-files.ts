import path from 'node:path';
import { throwIfCancelled } from '../files/cancellation.ts';
import { runInThread } from '../files/run-in-thread.ts';
import type { FileSearch, FoundFile } from '../source.ts';
import type { SqliteLocator } from './locator.ts';
import type { ScanBounds, ScanReport, ScanTask } from './scan.ts';

// The published build holds the same files as JavaScript.
const program = new URL(`./scan.worker${path.extname(import.meta.url)}`, import.meta.url);

/** A folder that reaches one of them is searched as far as it goes, and a warning says so. */
export const scanBounds: ScanBounds = { depth: 32, entries: 1_000_000, milliseconds: 20_000 };

/**
 * The SQLite databases below a folder, known by the first bytes of each file, whatever its name. Links are not
 * followed, and what Holdfast itself keeps there while and after it restores is passed over.
 * @throws HoldfastError `cancelled`, ThreadFailure when the folder itself cannot be read
 */
export async function findSqliteFiles(
  root: string,
  { skip, signal }: FileSearch,
): Promise<{ files: FoundFile<SqliteLocator>[]; warnings: string[] }> {
  throwIfCancelled(signal);
  const task: ScanTask = { root, skip, bounds: scanBounds };
  const report = await runInThread<ScanReport>(program, task, signal);
  return {
    files: report.files.map((file) => ({ path: file, locator: { path: file } })),
    warnings: warningsOf(root, report),
  };
}

function warningsOf(root: string, { bound, unreadable, unnameable }: ScanReport): string[] {
  const where = JSON.stringify(root);
  const reached = {
    depth: `folders deeper than ${scanBounds.depth}`,
    entries: `what comes after ${scanBounds.entries.toLocaleString('en')} files and folders`,
    milliseconds: `what was not reached within ${scanBounds.milliseconds / 1000} seconds`,
  };
  return [
    ...(bound === undefined ? [] : [`${where} was searched for SQLite databases without ${reached[bound]}.`]),
    ...(unreadable === 0
      ? []
      : [
          `${unreadable} files or folders in ${where} cannot be read: SQLite databases in them are not known.`,
        ]),
    ...(unnameable === 0
      ? []
      : [
          `${unnameable} SQLite databases in ${where} have names that are not UTF-8: they are in its files only.`,
        ]),
  ];
}
