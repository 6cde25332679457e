import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

async function createOperations(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('operations')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('parent_id', 'text', (c) => c.references('operations.id').onDelete('cascade'))
    .addColumn('source_id', 'text')
    .addColumn('source_name', 'text')
    .addColumn('destination_id', 'text')
    .addColumn('destination_name', 'text')
    .addColumn('repository_id', 'text')
    .addColumn('repository_use', 'text')
    .addColumn('slots', 'integer', (c) => c.notNull())
    .addColumn('attempt', 'integer', (c) => c.notNull())
    .addColumn('params', 'text', (c) => c.notNull())
    .addColumn('owner', 'text')
    .addColumn('fence', 'bigint', (c) => c.notNull())
    .addColumn('heartbeat', 'bigint', (c) => c.notNull())
    .addColumn('cancel_requested', 'integer', (c) => c.notNull())
    .addColumn('clean_up', 'text', (c) => c.notNull())
    .addColumn('repeat', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('started_at', 'text')
    .addColumn('finished_at', 'text')
    .addColumn('progress', 'text')
    .addColumn('result', 'text')
    .addColumn('error', 'text')
    .execute();
  await database.schema
    .createIndex('operations_by_state')
    .on('operations')
    .columns(['state', 'id'])
    .execute();
  await database.schema.createIndex('operations_by_parent').on('operations').column('parent_id').execute();
  // The claim query avoids these collisions; the indexes make them impossible.
  await database.schema
    .createIndex('operations_one_running_per_source')
    .unique()
    .on('operations')
    .column('source_id')
    .where(sql.ref('state'), '=', sql.lit('running'))
    .execute();
  await database.schema
    .createIndex('operations_one_exclusive_per_repository')
    .unique()
    .on('operations')
    .column('repository_id')
    .where(sql.ref('state'), '=', sql.lit('running'))
    .where(sql.ref('repository_use'), '=', sql.lit('exclusive'))
    .execute();
  await database.schema
    .createTable('operation_log')
    .addColumn('operation_id', 'text', (c) => c.notNull().references('operations.id').onDelete('cascade'))
    .addColumn('sequence', 'integer', (c) => c.notNull())
    .addColumn('time', 'text', (c) => c.notNull())
    .addColumn('level', 'text', (c) => c.notNull())
    .addColumn('message', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('operation_log_key', ['operation_id', 'sequence'])
    .execute();
}

async function createSources(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('sources')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('server', 'text', (c) => c.notNull())
    .addColumn('environment', 'text', (c) => c.notNull())
    .addColumn('declared', 'integer', (c) => c.notNull())
    .addColumn('locator', 'text', (c) => c.notNull())
    .addColumn('container_name', 'text')
    .addColumn('container_id', 'text')
    .addColumn('compose_project', 'text')
    .addColumn('compose_service', 'text')
    .addColumn('compose_number', 'integer')
    .addColumn('image', 'text')
    .addColumn('path', 'text')
    .addColumn('present', 'integer', (c) => c.notNull())
    .addColumn('protected', 'integer', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('last_seen_at', 'text')
    .addColumn('last_attempt_at', 'text')
    .addColumn('last_success_at', 'text')
    .addColumn('last_verified_at', 'text')
    .execute();
  await database.schema.createIndex('sources_by_name').on('sources').column('name').execute();
}

async function createStorage(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('destinations')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('settings', 'text', (c) => c.notNull())
    .addColumn('is_default', 'integer', (c) => c.notNull())
    .addColumn('from_environment', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('last_probe', 'text')
    .execute();
  await database.schema
    .createTable('repositories')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('source_id', 'text', (c) => c.notNull().references('sources.id'))
    .addColumn('destination_id', 'text', (c) => c.notNull().references('destinations.id').onDelete('cascade'))
    .addColumn('path', 'text', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('initialised_at', 'text')
    .addColumn('last_check_at', 'text')
    .addColumn('last_check_error', 'text')
    .addColumn('last_prune_at', 'text')
    .addUniqueConstraint('repositories_one_owner', ['destination_id', 'path'])
    .addUniqueConstraint('repositories_one_per_source', ['source_id', 'destination_id'])
    .execute();
}

async function createSnapshots(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('snapshots')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('arrival', 'bigint', (c) => c.notNull().unique())
    .addColumn('source_id', 'text', (c) => c.notNull().references('sources.id'))
    .addColumn('source_name', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('container', 'text')
    .addColumn('destination_id', 'text', (c) => c.notNull().references('destinations.id').onDelete('cascade'))
    .addColumn('repository_id', 'text', (c) => c.notNull().references('repositories.id').onDelete('cascade'))
    .addColumn('operation_id', 'text', (c) => c.notNull())
    .addColumn('time', 'text', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('bytes', 'bigint', (c) => c.notNull())
    .addColumn('bytes_added', 'bigint', (c) => c.notNull())
    .addColumn('duration_ms', 'bigint', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('manifest_restic_id', 'text', (c) => c.notNull())
    .addColumn('counts', 'text', (c) => c.notNull())
    .addColumn('proof', 'text')
    .execute();
  await database.schema
    .createIndex('snapshots_by_source')
    .on('snapshots')
    .columns(['source_id', 'destination_id', 'time'])
    .execute();
  await database.schema
    .createTable('snapshot_parts')
    .addColumn('snapshot_id', 'text', (c) => c.notNull().references('snapshots.id').onDelete('cascade'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('path', 'text', (c) => c.notNull())
    .addColumn('restic_id', 'text', (c) => c.notNull())
    .addColumn('bytes', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('snapshot_parts_key', ['snapshot_id', 'position'])
    .execute();
  await database.schema
    .createIndex('snapshot_parts_by_restic_id')
    .on('snapshot_parts')
    .column('restic_id')
    .execute();
}

async function createSmallTables(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('meta')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();
  await database.schema
    .createTable('vault_secrets')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('envelope', 'text', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .execute();
  await database.schema
    .createTable('schedules')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('last_due_at', 'text', (c) => c.notNull())
    .execute();
}

export const foundation: Migration = {
  async up(database: Kysely<unknown>) {
    await createSmallTables(database);
    await createOperations(database);
    await createSources(database);
    await createStorage(database);
    await createSnapshots(database);
  },
};
