import { HoldfastError } from '@holdfast/runtime';
import BetterSqlite3 from 'better-sqlite3';
import { translateSqliteError } from '../database/sqlite-errors.ts';

/** Keeps what is held reachable: the collector closes a database that nobody knows any more, and the lock with it. */
const heldLocks = new Set<BetterSqlite3.Database>();

/**
 * Takes the data directory for this process: an exclusive SQLite transaction, which the kernel ends together
 * with the process, so that it cannot be stale.
 * @throws HoldfastError `data-directory-in-use`
 */
export function lockDataDirectory(file: string): { release: () => void } {
  let lock: BetterSqlite3.Database | undefined;
  try {
    lock = new BetterSqlite3(file, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    if (error instanceof BetterSqlite3.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new HoldfastError('data-directory-in-use', `Another Holdfast holds ${file}.`, { cause: error });
    }
    throw translateSqliteError(error, file);
  }
  const held = lock;
  heldLocks.add(held);
  return {
    release: () => {
      heldLocks.delete(held);
      held.close();
    },
  };
}
