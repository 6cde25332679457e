import { sql } from 'kysely';
import { currentSchema, isPostgres } from '../database/current-schema.ts';
import type { Database } from '../database/database.ts';

/**
 * Tables that no backup holds, and why. Whatever is not named here is in every backup, so that a new table cannot be
 * forgotten.
 */
export const leftOut: Readonly<Record<string, 'secret' | 'of-the-moment'>> = {
  vault_secrets: 'secret',
  sessions: 'secret',
  // Each opens an account once. One that was used since the backup would open it again.
  invitations: 'secret',
  // Messages of days ago are not sent again.
  deliveries: 'of-the-moment',
  // What a restore of days later must not act on: who has to be started or taken back belongs to the present.
  stopped_services: 'of-the-moment',
  operation_holds: 'of-the-moment',
  restore_journal: 'of-the-moment',
  // Which of several processes may work with a shared database.
  active_lease: 'of-the-moment',
};

/** Tables whose present rows outlive a restore, beside those that the backup brings. */
export const keptTables: readonly string[] = ['vault_secrets', 'stopped_services', 'self_backups'];

/** Of these tables, rows older than so many days are left out: they are large, and nobody misses them. */
export const youngerThanDays: Readonly<Record<string, { column: string; days: number }>> = {
  operation_log: { column: 'time', days: 30 },
};

export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** What its rows are sorted by. */
  readonly key: readonly string[];
}

/**
 * Every table that belongs into a backup, by name.
 * @throws when one has no primary key: its rows would have no order to read them in
 */
export async function carriedTables(database: Database): Promise<Table[]> {
  const schema = await currentSchema(database);
  const all = await database.introspection.getTables();
  const tables = all.filter((table) => !table.isView && table.schema === schema && !(table.name in leftOut));
  return Promise.all(
    tables
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(async ({ name, columns }) => {
        const key = await primaryKey(database, name);
        if (key.length === 0) throw new Error(`The table ${name} has no primary key.`);
        return { name, columns: columns.map((column) => column.name), key };
      }),
  );
}

async function primaryKey(database: Database, table: string): Promise<string[]> {
  const query = isPostgres(database)
    ? sql<{ name: string }>`
        select a.attname as name
        from pg_index i cross join lateral unnest(i.indkey) with ordinality as k (number, place)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
        where i.indisprimary and i.indrelid = (quote_ident(current_schema()) || '.' || quote_ident(${table}))::regclass
        order by k.place`
    : sql<{ name: string }>`select name from pragma_table_info(${table}) where pk > 0 order by pk`;
  const { rows } = await query.execute(database);
  return rows.map(({ name }) => name);
}
