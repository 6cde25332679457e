import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { sideSuffixes } from '../file-format.ts';

/**
 * The files of a database as a power cut leaves them in the middle of a transaction: the journal or log lies
 * beside it, some pages of the unfinished transaction are in the file already, and no process is left.
 * The database must have a table `t (a)`.
 */
export async function crashedCopy(
  file: string,
  folder: string,
): Promise<{ readonly file: string; readonly committedRows: number }> {
  const application = new Database(file);
  application.pragma('cache_size = 5');
  application.pragma('wal_autocheckpoint = 0');
  application.exec('INSERT INTO t VALUES (2)');
  const committedRows = Number(application.prepare('SELECT count(*) FROM t').pluck().get());
  application.exec('BEGIN');
  const insert = application.prepare('INSERT INTO t VALUES (randomblob(3000))');
  for (let row = 0; row < 200; row++) insert.run();
  const copy = path.join(folder, 'crashed.db');
  await copyFile(file, copy);
  for (const suffix of sideSuffixes) {
    // The log's index is in memory of the dead processes; it does not survive.
    if (suffix !== '-shm' && existsSync(file + suffix)) await copyFile(file + suffix, copy + suffix);
  }
  application.exec('ROLLBACK');
  application.close();
  return { file: copy, committedRows };
}
