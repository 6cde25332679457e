import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The newest snapshots of a source in one destination, in the order of their arrival. Without it SQLite, which keeps no
 * statistics, walks back through all that arrived in the destination.
 */
export const snapshotsByPlace: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createIndex('snapshots_by_place_arrival')
      .on('snapshots')
      .columns(['source_id', 'destination_id', 'arrival'])
      .execute();
  },
};
