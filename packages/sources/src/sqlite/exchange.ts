import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { connect } from './connect.ts';
import { sideSuffixes, sqliteMagic } from './file-format.ts';
import type { ExchangeResult } from './tasks.ts';

export interface Exchange {
  readonly from: string;
  readonly target: string;
  readonly previous: string;
}

/**
 * Puts `from` in the place of `target`; the old database becomes `previous`. The old one is first brought into
 * one file and locked where nobody else has it open. The name `target` is never missing in between: an
 * application that starts then would make an empty database there. Side files go before the new file comes: a log
 * left behind would be read into it, because nothing in a log says which file it belongs to.
 * `undoExchange` takes back one that was cut off.
 */
export function exchangeDatabaseFiles({ from, target, previous }: Exchange): ExchangeResult {
  const held = isDatabase(target) ? holdStill(target) : undefined;
  try {
    if (existsSync(target)) keepUnderOtherName(target, previous);
    for (const suffix of sideSuffixes) {
      if (existsSync(target + suffix)) renameSync(target + suffix, previous + suffix);
    }
    renameSync(from, target);
    syncFolderNow(path.dirname(target));
  } catch (error) {
    undoExchange({ from, target, previous });
    throw error;
  } finally {
    held?.database?.close();
  }
  if (held?.journalMode === 'wal') putBackJournalMode(previous);
  return { quiet: held === undefined || held.database !== undefined };
}

/** Takes back an exchange that did not come to its last step; harmless after one that did. Safe to repeat. */
export function undoExchange({ from, target, previous }: Exchange): void {
  if (!existsSync(from)) return;
  for (const suffix of sideSuffixes) {
    if (existsSync(previous + suffix) && !existsSync(target + suffix)) {
      renameSync(previous + suffix, target + suffix);
    }
  }
  const [kept, serving] = [previous, target].map((file) => statSync(file, { throwIfNoEntry: false }));
  if (kept && serving && kept.ino === serving.ino && kept.dev === serving.dev) unlinkSync(previous);
}

interface Held {
  /** Present when the lock was got. */
  readonly database?: Database.Database;
  readonly journalMode?: string;
}

/** SQLite removes the log of a file that it does not take for a database, so such a file is not opened. */
function isDatabase(file: string): boolean {
  if (!existsSync(file)) return false;
  const descriptor = openSync(file, 'r');
  try {
    const start = Buffer.alloc(sqliteMagic.length);
    readSync(descriptor, start, 0, start.length, 0);
    return start.equals(sqliteMagic);
  } finally {
    closeSync(descriptor);
  }
}

/** Leaving write-ahead-log mode needs to be alone with the database, and puts the whole log into the file. */
function holdStill(target: string): Held {
  let database: Database.Database | undefined;
  try {
    database = connect(target, { readonly: false });
    database.pragma('busy_timeout = 3000');
    const journalMode = String(database.pragma('journal_mode', { simple: true }));
    if (database.pragma('journal_mode = DELETE', { simple: true }) !== 'delete') throw new Error('in use');
    database.exec('BEGIN EXCLUSIVE');
    return { database, journalMode };
  } catch {
    // In use, or damaged (the usual reason for a restore): its files are kept together as they are.
    database?.close();
    return {};
  }
}

function keepUnderOtherName(target: string, previous: string): void {
  try {
    linkSync(target, previous);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // File systems without hard links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
    copyFileSync(target, previous, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  }
}

function putBackJournalMode(previous: string): void {
  const database = connect(previous, { readonly: false });
  try {
    database.pragma('journal_mode = WAL');
  } finally {
    database.close();
  }
}

function syncFolderNow(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
