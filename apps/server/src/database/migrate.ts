import { HoldfastError } from '@holdfast/runtime';
import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { currentSchema } from './current-schema.ts';
import { migrations } from './migrations/index.ts';
import type { Schema } from './schema.ts';

/**
 * Brings the database to this version's schema.
 * @throws HoldfastError `database-too-new` when a newer Holdfast has migrated it; it is left as it was.
 */
export async function migrateToLatest(database: Kysely<Schema>): Promise<void> {
  await refuseNewer(database);
  await migrate(database, { ...migrations });
}

/**
 * Brings an empty database to the level at which these migrations, and no later ones, had been applied.
 * @throws when no release ever had these together
 */
export async function migrateToLevel(database: Kysely<Schema>, applied: readonly string[]): Promise<void> {
  const wanted = Object.entries(migrations).filter(([name]) => applied.includes(name));
  await migrate(database, Object.fromEntries(wanted));
}

async function migrate(database: Kysely<Schema>, wanted: Record<string, Migration>): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve(wanted) };
  // Its own table is looked for in all schemas where none is named.
  const migrationTableSchema = await currentSchema(database);
  const { error } = await new Migrator({ db: database, provider, migrationTableSchema }).migrateToLatest();
  if (error !== undefined) throw error;
}

/** Those that this version does not know. */
export function unknownMigrations(applied: readonly string[]): string[] {
  return applied.filter((name) => !(name in migrations));
}

/** The migrations that a database has been through, in order. */
export async function appliedMigrations(database: Kysely<Schema>): Promise<string[]> {
  const applied = await database
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .orderBy('name')
    .execute();
  return applied.map(({ name }) => name);
}

async function refuseNewer(database: Kysely<Schema>): Promise<void> {
  const tables = await database.introspection.getTables({ withInternalKyselyTables: true });
  const schema = await currentSchema(database);
  if (!tables.some((table) => table.name === 'kysely_migration' && table.schema === schema)) return;
  const unknown = unknownMigrations(await appliedMigrations(database));
  if (unknown.length > 0) {
    throw new HoldfastError(
      'database-too-new',
      `The database holds changes that this version does not know: ${unknown.join(', ')}.`,
    );
  }
}
