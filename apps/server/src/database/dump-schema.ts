import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

/** The schema as SQL text, the same for the same migrations; committed as `schema.sql` and checked by a test. */
export async function dumpSchema(database: Kysely<Schema>): Promise<string> {
  const { rows } = await sql<{ sql: string }>`
    select sql from sqlite_master
    where sql is not null and name not like 'sqlite_%' and name not like 'kysely_%'
    order by tbl_name, type desc, name
  `.execute(database);
  return `${rows.map((row) => `${row.sql};`).join('\n\n')}\n`;
}
