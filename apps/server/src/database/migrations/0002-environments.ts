import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function createRecoveryPoints(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('recovery_points')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('arrival', 'bigint', (c) => c.notNull().unique())
    .addColumn('environment', 'text', (c) => c.notNull())
    .addColumn('destination_id', 'text', (c) => c.notNull().references('destinations.id').onDelete('cascade'))
    .addColumn('operation_id', 'text', (c) => c.notNull())
    .addColumn('time', 'text', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .execute();
  await database.schema
    .createIndex('recovery_points_by_environment')
    .on('recovery_points')
    .columns(['environment', 'arrival'])
    .execute();
  await database.schema
    .createIndex('recovery_points_by_operation')
    .on('recovery_points')
    .column('operation_id')
    .execute();
}

async function createMembers(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('recovery_point_members')
    .addColumn('recovery_point_id', 'text', (c) =>
      c.notNull().references('recovery_points.id').onDelete('cascade'),
    )
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('source_id', 'text', (c) => c.notNull())
    .addColumn('source_name', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('snapshot_id', 'text', (c) => c.unique().references('snapshots.id').onDelete('set null'))
    .addColumn('error', 'text')
    .addPrimaryKeyConstraint('recovery_point_members_key', ['recovery_point_id', 'position'])
    .execute();
}

export const environments: Migration = {
  async up(database: Kysely<unknown>) {
    await createRecoveryPoints(database);
    await createMembers(database);
    await database.schema.alterTable('sources').addColumn('place', 'text').execute();
    await database.schema.alterTable('sources').addColumn('volume', 'text').execute();
    await database.schema
      .alterTable('sources')
      .addColumn('wanted', 'integer', (c) => c.notNull().defaultTo(1))
      .execute();
  },
};
