import path from 'node:path';
import type { SourceKind } from '../source.ts';
import { captureSqlite } from './capture.ts';
import { cleanUpSqlite } from './clean-up.ts';
import { findSqliteFiles } from './find-files.ts';
import { type SqliteLocator, sqliteLocator } from './locator.ts';
import { restoreSqlite } from './restore.ts';
import { examineSqlite, revertSqlite } from './revert.ts';

/** A SQLite database file on the host, live or not. */
export const sqliteSource: SourceKind<SqliteLocator> = {
  kind: 'sqlite',
  traits: {
    discoverable: false,
    counts: 'rows',
    restoreBeside: true,
    restoreInPlace: true,
    restorePaths: false,
  },
  locator: sqliteLocator,
  findFiles: findSqliteFiles,
  capture: captureSqlite,
  restore: restoreSqlite,
  drill: {
    into: 'folder',
    restore: (folder, request, context) =>
      restoreSqlite({ path: path.join(folder, 'database') }, { ...request, mode: 'swap' }, context),
  },
  revert: revertSqlite,
  examine: examineSqlite,
  cleanUp: cleanUpSqlite,
};
