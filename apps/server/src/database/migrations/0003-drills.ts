import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const drills: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema.alterTable('sources').addColumn('last_recovery_ms', 'bigint').execute();
    await database.schema
      .createTable('drills')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('operation_id', 'text', (c) => c.notNull())
      .addColumn('source_id', 'text', (c) => c.notNull().references('sources.id').onDelete('cascade'))
      .addColumn('source_name', 'text', (c) => c.notNull())
      .addColumn('snapshot_id', 'text', (c) => c.notNull())
      .addColumn('snapshot_time', 'text', (c) => c.notNull())
      .addColumn('finished_at', 'text', (c) => c.notNull())
      .addColumn('ok', 'integer', (c) => c.notNull())
      .addColumn('compared', 'text', (c) => c.notNull())
      .addColumn('hashes', 'integer', (c) => c.notNull())
      .addColumn('duration_ms', 'bigint', (c) => c.notNull())
      .addColumn('error', 'text')
      .execute();
    await database.schema
      .createIndex('drills_by_source')
      .on('drills')
      .columns(['source_id', 'finished_at'])
      .execute();
    await database.schema
      .createTable('alerts')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('code', 'text', (c) => c.notNull())
      .addColumn('source_id', 'text', (c) => c.notNull().references('sources.id').onDelete('cascade'))
      .addColumn('source_name', 'text', (c) => c.notNull())
      .addColumn('message', 'text', (c) => c.notNull())
      .addColumn('hint', 'text', (c) => c.notNull())
      .addColumn('since', 'text', (c) => c.notNull())
      .addColumn('last_seen_at', 'text', (c) => c.notNull())
      .addColumn('occurrences', 'integer', (c) => c.notNull())
      .addColumn('resolved_at', 'text')
      .execute();
    // One open alert for one thing, however often it happens.
    await database.schema
      .createIndex('alerts_one_open')
      .unique()
      .on('alerts')
      .columns(['code', 'source_id'])
      .where(sql.ref('resolved_at'), 'is', sql.lit(null))
      .execute();
  },
};
