import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const selfBackups: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('self_backups')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('uri', 'text', (c) => c.notNull().unique())
      .addColumn('provider', 'text', (c) => c.notNull())
      .addColumn('time', 'text', (c) => c.notNull())
      .addColumn('bytes', 'bigint', (c) => c.notNull())
      .addColumn('scheduled', 'integer', (c) => c.notNull())
      .execute();
  },
};
