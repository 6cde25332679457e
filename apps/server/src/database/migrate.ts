import { HoldfastError } from '@holdfast/runtime';
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations/index.ts';
import type { Schema } from './schema.ts';

/**
 * Brings the database to this version's schema.
 * @throws HoldfastError `database-too-new` when a newer Holdfast has migrated it; it is left as it was.
 */
export async function migrateToLatest(database: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  });
  await refuseNewer(database);
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

/**
 * Brings an empty database to the level at which these migrations, and no later ones, had been applied.
 * @throws when no release ever had these together
 */
export async function migrateToLevel(database: Kysely<Schema>, applied: readonly string[]): Promise<void> {
  const wanted = Object.entries(migrations).filter(([name]) => applied.includes(name));
  const provider = { getMigrations: () => Promise.resolve(Object.fromEntries(wanted)) };
  const { error } = await new Migrator({ db: database, provider }).migrateToLatest();
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
  if (!tables.some((table) => table.name === 'kysely_migration')) return;
  const unknown = unknownMigrations(await appliedMigrations(database));
  if (unknown.length > 0) {
    throw new HoldfastError(
      'database-too-new',
      `The database holds changes that this version does not know: ${unknown.join(', ')}.`,
    );
  }
}
