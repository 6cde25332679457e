import { HoldfastError } from '@holdfast/runtime';
import BetterSqlite3 from 'better-sqlite3';

/** SQLite reports a full disk as FULL when it grows a file, and as an I/O error in some other places. */
const diskFullCodes = new Set([
  'SQLITE_FULL',
  'SQLITE_IOERR_WRITE',
  'SQLITE_IOERR_SHMSIZE',
  'SQLITE_IOERR_FSYNC',
]);

/** The words for an error of SQLite itself. Constraint violations pass unchanged: callers tell them apart. */
export function translateSqliteError(error: unknown, file: string): unknown {
  if (!(error instanceof BetterSqlite3.SqliteError)) return error;
  if (diskFullCodes.has(error.code)) {
    return new HoldfastError('data-directory-full', `${file} could not be written: the disk is full.`, {
      cause: error,
    });
  }
  if (
    error.code === 'SQLITE_CANTOPEN' ||
    error.code === 'SQLITE_READONLY' ||
    error.code === 'SQLITE_NOTADB'
  ) {
    return new HoldfastError('data-directory-unusable', `${file}: ${error.message}.`, { cause: error });
  }
  return error;
}

export function isSqliteUniqueViolation(error: unknown): boolean {
  return error instanceof BetterSqlite3.SqliteError && error.code === 'SQLITE_CONSTRAINT_UNIQUE';
}
