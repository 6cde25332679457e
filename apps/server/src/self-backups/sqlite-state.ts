import { copyFile, link, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { asHoldfastError } from '@holdfast/runtime';
import { sql } from 'kysely';
import { type Clock, instant } from '../clock.ts';
import { dataDirectoryFiles } from '../data-directory/files.ts';
import type { Database } from '../database/database.ts';
import { connectSqlite } from '../database/sqlite.ts';
import type { State } from './state.ts';

/** How many states before a restore stay beside the database. */
const keptBefore = 3;

/** The state in the file of a data directory. */
export function sqliteState(dataDirectory: string, clock: Clock): State {
  const { database: file } = dataDirectoryFiles(dataDirectory);
  const prepared = preparedFile(file);
  return {
    change: (work) => closing(connectSqlite(file), work),

    async read(work) {
      // A connection of its own: in write-ahead mode it sees one state, and keeps nobody from writing.
      return closing(connectSqlite(file), (database) =>
        database.transaction().execute((transaction) => work(transaction)),
      );
    },

    async prepare(fill) {
      await removeDatabase(prepared);
      try {
        await closing(connectSqlite(prepared), async (database) => {
          await sql`pragma foreign_keys = off`.execute(database);
          await fill(database);
          await assertWhole(database);
          await intoOneFile(database);
        });
      } catch (error) {
        await removeDatabase(prepared);
        throw error;
      }
      return {
        discard: () => removeDatabase(prepared),
        async swap(carry) {
          const time = instant(clock)
            .replaceAll(/[-:.Z]/g, '')
            .replace('T', '-');
          const before = `${file}.before-${time}`;
          await closing(connectSqlite(file), async (present) => {
            await closing(connectSqlite(prepared), async (next) => {
              await carry(present, next, before);
              await intoOneFile(next);
            });
            // A write-ahead log that stayed behind would be taken for that of the new file.
            await intoOneFile(present);
          });
          await syncFile(prepared);
          await keepAs(file, before);
          await rename(prepared, file);
          await syncFile(dataDirectory);
          await removeOldest(file);
          return {
            async takeBack() {
              await removeSideFiles(file);
              await rename(before, file);
              await syncFile(dataDirectory);
            },
          };
        },
      };
    },
  };
}

/** What a process that died during a restore left. Called by whoever holds the lock of the data directory. */
export async function removeUnfinishedRestores(dataDirectory: string): Promise<void> {
  const { database, fetchedBackup } = dataDirectoryFiles(dataDirectory);
  await removeDatabase(preparedFile(database));
  await rm(fetchedBackup, { force: true });
}

function preparedFile(file: string): string {
  return `${file}.restoring`;
}

async function closing<T>(database: Database, work: (database: Database) => Promise<T>): Promise<T> {
  try {
    return await work(database);
  } finally {
    await database.destroy();
  }
}

/** Ends the write-ahead log: what was in it is in the file, which is then all there is. */
async function intoOneFile(database: Database): Promise<void> {
  await sql`pragma wal_checkpoint(truncate)`.execute(database);
  await sql`pragma journal_mode = delete`.execute(database);
}

/** @throws when a row refers to one that is not there */
async function assertWhole(database: Database): Promise<void> {
  const { rows } = await sql<{ table: string }>`pragma foreign_key_check`.execute(database);
  const [first] = rows;
  if (first !== undefined) throw new Error(`${rows.length} rows of ${first.table} refer to nothing.`);
}

/** A second name for the file, so that the first is never missing. Some file systems have no second names. */
async function keepAs(file: string, name: string): Promise<void> {
  try {
    await link(file, name);
  } catch (error) {
    const { message } = asHoldfastError(error);
    if (!/EPERM|ENOTSUP|ENOSYS|EMLINK/.test(message)) throw error;
    await copyFile(file, name);
    await syncFile(name);
  }
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeDatabase(file: string): Promise<void> {
  await rm(file, { force: true });
  await removeSideFiles(file);
}

async function removeSideFiles(file: string): Promise<void> {
  for (const suffix of ['-wal', '-shm', '-journal']) await rm(file + suffix, { force: true });
}

async function removeOldest(file: string): Promise<void> {
  const folder = path.dirname(file);
  const beginning = `${path.basename(file)}.before-`;
  const names = (await readdir(folder)).filter((name) => name.startsWith(beginning)).toSorted();
  for (const name of names.slice(0, -keptBefore)) await rm(path.join(folder, name), { force: true });
}
