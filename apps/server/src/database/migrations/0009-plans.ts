import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What is backed up when, where to, and for how long it is kept; and which plan an operation was started for. */
export const plans: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('plans')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull().unique())
      .addColumn('selector', 'text', (c) => c.notNull())
      .addColumn('schedule', 'text', (c) => c.notNull())
      .addColumn('time_zone', 'text', (c) => c.notNull())
      .addColumn('destination_ids', 'text', (c) => c.notNull())
      .addColumn('retention', 'text', (c) => c.notNull())
      .addColumn('jitter_seconds', 'integer', (c) => c.notNull())
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('consistency', 'text')
      .addColumn('is_default', 'integer', (c) => c.notNull())
      .addColumn('edited', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('updated_at', 'text', (c) => c.notNull())
      .addColumn('since', 'text', (c) => c.notNull())
      .addColumn('last_due_at', 'text', (c) => c.notNull())
      .execute();
    await database.schema
      .createIndex('plans_one_default')
      .unique()
      .on('plans')
      .column('is_default')
      .where(sql.ref('is_default'), '=', sql.lit(1))
      .execute();
    await database.schema.alterTable('operations').addColumn('plan_id', 'text').execute();
    await database.schema
      .createIndex('operations_by_plan')
      .on('operations')
      .columns(['plan_id', 'id'])
      .execute();
    await database.schema.alterTable('sources').addColumn('plan_labels', 'text').execute();
  },
};
