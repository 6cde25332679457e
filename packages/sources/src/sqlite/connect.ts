import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';

/** How long a lock of another process is waited for. */
const lockTimeoutMs = 10_000;

/** Opens a database that exists, whatever its name. */
export function connect(file: string, options: { readonly readonly: boolean }): Database.Database {
  const named = nameForDriver(file);
  try {
    return new Database(named.name, { ...options, fileMustExist: true, timeout: lockTimeoutMs });
  } finally {
    named.dispose();
  }
}

/**
 * A name of an existing database that the driver takes as it is. It trims names, so one that ends in white space
 * is reached through a link: SQLite follows it, and finds the side files beside the database itself.
 */
export function nameForDriver(file: string): { readonly name: string; dispose(): void } {
  if (file === file.trim()) return { name: file, dispose() {} };
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-link-'));
  const name = path.join(folder, 'database');
  symlinkSync(file, name);
  return { name, dispose: () => rmSync(folder, { recursive: true }) };
}

/**
 * Opens a live database and makes sure that it can be read. It is opened for reading only, except where SQLite
 * must first finish what a crashed program left (roll back a journal, rebuild the log's index), as the
 * application's own next start would.
 */
export function connectForReading(file: string): Database.Database {
  for (const readonly of [true, false]) {
    const database = connect(file, { readonly });
    try {
      database.prepare('SELECT count(*) FROM sqlite_schema').get();
      return database;
    } catch (error) {
      database.close();
      if (!readonly || !(error instanceof Database.SqliteError)) throw error;
      if (!/^SQLITE_(READONLY|CANTOPEN)/.test(error.code)) throw error;
    }
  }
  throw new Error('unreachable');
}
