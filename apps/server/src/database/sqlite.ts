import BetterSqlite3 from 'better-sqlite3';
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import type { Schema } from './schema.ts';
import { translateSqliteError } from './sqlite-errors.ts';

/** How long a statement waits for another process that writes. */
const busyTimeoutMs = 10_000;

/** @throws HoldfastError `data-directory-full`, `data-directory-unusable` */
export function connectSqlite(file: string): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: new SqliteDialect({ database: openFile(file) }) });
}

function openFile(file: string): SqliteDatabase {
  try {
    const sqlite = new BetterSqlite3(file, { timeout: busyTimeoutMs });
    sqlite.pragma('journal_mode = WAL');
    // FULL: an operation that was stored stays stored, also over a power cut.
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    // In KiB; 16 MB otherwise, for what the operating system keeps as well.
    sqlite.pragma('cache_size = -4000');
    return withTranslatedErrors(sqlite, file);
  } catch (error) {
    throw translateSqliteError(error, file);
  }
}

/** The query layer passes SQLite's errors through; this gives them Holdfast's words at the one place. */
function withTranslatedErrors(sqlite: BetterSqlite3.Database, file: string): SqliteDatabase {
  const translated = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw translateSqliteError(error, file);
    }
  };
  return {
    close: () => sqlite.close(),
    prepare: (query) => {
      const statement = translated(() => sqlite.prepare(query));
      return {
        reader: statement.reader,
        all: (parameters) => translated(() => statement.all(...parameters)),
        run: (parameters) =>
          // A full disk makes SQLite roll back by itself; a second time would hide why.
          query === 'rollback' && !sqlite.inTransaction
            ? { changes: 0, lastInsertRowid: 0 }
            : translated(() => statement.run(...parameters)),
        iterate: (parameters) => statement.iterate(...parameters),
      } satisfies SqliteStatement;
    },
  };
}
