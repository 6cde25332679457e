import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Alerts are about more than sources; and what they are about may be gone while they are remembered. */
export const alertSubjects: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema.dropIndex('alerts_one_open').execute();
    await database.schema.alterTable('alerts').renameTo('alerts_of_sources').execute();
    await database.schema
      .createTable('alerts')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('code', 'text', (c) => c.notNull())
      .addColumn('subject_kind', 'text', (c) => c.notNull())
      .addColumn('subject_id', 'text', (c) => c.notNull())
      .addColumn('subject_name', 'text', (c) => c.notNull())
      .addColumn('message', 'text', (c) => c.notNull())
      .addColumn('hint', 'text', (c) => c.notNull())
      .addColumn('since', 'text', (c) => c.notNull())
      .addColumn('last_seen_at', 'text', (c) => c.notNull())
      .addColumn('occurrences', 'integer', (c) => c.notNull())
      .addColumn('resolved_at', 'text')
      .execute();
    await sql`
      insert into alerts
      select id, code, 'source', source_id, source_name, message, hint, since, last_seen_at, occurrences, resolved_at
      from alerts_of_sources
    `.execute(database);
    await database.schema.dropTable('alerts_of_sources').execute();
    // One open alert for one thing, however often it happens.
    await database.schema
      .createIndex('alerts_one_open')
      .unique()
      .on('alerts')
      .columns(['code', 'subject_kind', 'subject_id'])
      .where(sql.ref('resolved_at'), 'is', sql.lit(null))
      .execute();
  },
};
