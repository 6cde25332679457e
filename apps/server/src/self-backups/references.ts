import { sql } from 'kysely';
import { isPostgres } from '../database/current-schema.ts';
import type { Database } from '../database/database.ts';

interface Reference {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

/**
 * Lets rows in before those that they refer to. PostgreSQL has no such mode for who is no superuser: there the
 * references are taken away, and made again over all rows. SQLite leaves them unchecked by a setting of the connection.
 * @throws when a row refers to one that is not there
 */
export async function withoutReferences(transaction: Database, fill: () => Promise<void>): Promise<void> {
  const references = await referencesOf(transaction);
  for (const { table, name } of references) {
    await sql`alter table ${sql.table(table)} drop constraint ${sql.ref(name)}`.execute(transaction);
  }
  await fill();
  for (const { table, name, definition } of references) {
    await sql`alter table ${sql.table(table)} add constraint ${sql.ref(name)} ${sql.raw(definition)}`.execute(
      transaction,
    );
  }
}

async function referencesOf(database: Database): Promise<Reference[]> {
  if (!isPostgres(database)) return [];
  const { rows } = await sql<Reference>`
    select t.relname as "table", c.conname as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c join pg_class t on t.oid = c.conrelid
    where c.contype = 'f' and t.relnamespace = current_schema()::regnamespace
  `.execute(database);
  return rows;
}
