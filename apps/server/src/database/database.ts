import type { Kysely } from 'kysely';
import { migrateToLatest } from './migrate.ts';
import type { DatabasePlace } from './place.ts';
import type { Schema } from './schema.ts';
import { connectSqlite } from './sqlite.ts';

export type Database = Kysely<Schema>;

/**
 * Opens (and creates or migrates) the database.
 * @param beforeMigration runs on the database as it was found
 * @throws HoldfastError `database-too-new`; of a file `data-directory-full`, `data-directory-unusable`; of a server
 *   `database-unreachable`, `database-login-failed`, `database-forbidden`, `database-read-only`, `database-full`
 */
export async function openDatabase(
  place: DatabasePlace,
  beforeMigration?: (database: Database) => Promise<void>,
): Promise<Database> {
  const database = await connect(place);
  try {
    await beforeMigration?.(database);
    await migrateToLatest(database);
    return database;
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

async function connect(place: DatabasePlace): Promise<Database> {
  if (place.kind === 'sqlite') return connectSqlite(place.file);
  // Loaded by those who use it: it would lengthen the start of every command.
  const { connectPostgres } = await import('./postgres.ts');
  return connectPostgres(place);
}
