import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const environmentRestores: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('restore_journal')
      .addColumn('operation_id', 'text', (c) => c.notNull().references('operations.id').onDelete('cascade'))
      .addColumn('sequence', 'integer', (c) => c.notNull())
      .addColumn('entry', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('restore_journal_key', ['operation_id', 'sequence'])
      .execute();
    await database.schema
      .createTable('operation_holds')
      .addColumn('operation_id', 'text', (c) => c.notNull().references('operations.id').onDelete('cascade'))
      .addColumn('source_id', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('operation_holds_key', ['operation_id', 'source_id'])
      .execute();
  },
};
