import type { Database } from './database.ts';

/** All of it or nothing: in a transaction of its own, or in the one that the database already is. */
export function together<T>(database: Database, work: (transaction: Database) => Promise<T>): Promise<T> {
  return database.isTransaction ? work(database) : database.transaction().execute(work);
}
