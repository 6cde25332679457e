import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Lists and the overview read as little of a large history as of a small one. */
export const indexes: Migration = {
  async up(database: Kysely<unknown>) {
    const index = (name: string, table: string, columns: string[]) =>
      database.schema.createIndex(name).on(table).columns(columns).execute();

    await database.schema.dropIndex('sources_by_name').execute();
    await index('sources_by_name', 'sources', ['name', 'id']);
    await index('sources_by_container', 'sources', ['container_name']);
    // Holds all that is summed up of an environment, so that no row has to be read for it.
    await index('sources_by_environment', 'sources', [
      'environment',
      'present',
      'protected',
      'wanted',
      'last_success_at',
      'last_verified_at',
      'last_recovery_ms',
    ]);

    await index('snapshots_by_source_arrival', 'snapshots', ['source_id', 'arrival']);
    await index('snapshots_by_destination_arrival', 'snapshots', ['destination_id', 'arrival']);
    await index('snapshots_by_manifest', 'snapshots', ['manifest_restic_id']);
    // Removing a repository must not read every snapshot.
    await index('snapshots_by_repository', 'snapshots', ['repository_id']);

    await database.schema.dropIndex('operations_by_parent').execute();
    await index('operations_by_parent', 'operations', ['parent_id', 'id']);
    await index('operations_by_parent_kind', 'operations', ['parent_id', 'kind', 'id']);
    await index('operations_by_parent_state', 'operations', ['parent_id', 'state', 'id']);
    await index('operations_by_end', 'operations', ['parent_id', 'finished_at', 'state']);
    await index('operations_by_creation', 'operations', ['created_at']);
    await index('operations_by_clean_up', 'operations', ['clean_up', 'id']);
    await index('operations_by_repeat', 'operations', ['repeat', 'id']);

    await index('recovery_points_by_destination', 'recovery_points', ['destination_id', 'arrival']);
    await index('drills_by_time', 'drills', ['finished_at', 'id']);
    await index('alerts_by_resolution', 'alerts', ['resolved_at', 'id']);

    await database.schema
      .createTable('snapshot_days')
      .addColumn('destination_id', 'text', (c) =>
        c.notNull().references('destinations.id').onDelete('cascade'),
      )
      .addColumn('day', 'text', (c) => c.notNull())
      .addColumn('snapshots', 'bigint', (c) => c.notNull())
      .addColumn('bytes', 'bigint', (c) => c.notNull())
      .addColumn('bytes_added', 'bigint', (c) => c.notNull())
      .addColumn('kept', 'bigint', (c) => c.notNull())
      .addColumn('kept_bytes_added', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('snapshot_days_key', ['day', 'destination_id'])
      .execute();
    await sql`
      insert into snapshot_days (destination_id, day, snapshots, bytes, bytes_added, kept, kept_bytes_added)
      select destination_id, substr(created_at, 1, 10), count(*), sum(bytes), sum(bytes_added), count(*), sum(bytes_added)
      from snapshots group by destination_id, substr(created_at, 1, 10)
    `.execute(database);
  },
};
