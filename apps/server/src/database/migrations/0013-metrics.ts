import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What a repository holds, and counts of operations without reading every row of them. */
export const metrics: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema.alterTable('repositories').addColumn('stored_bytes', 'bigint').execute();
    await database.schema.alterTable('repositories').addColumn('measured_at', 'text').execute();
    // The best that is known of what is there already: what was removed since the last prune is missing.
    await sql`
      update repositories set stored_bytes =
        (select coalesce(sum(bytes_added), 0) from snapshots where repository_id = repositories.id)
    `.execute(database);
    await database.schema
      .createIndex('operations_by_kind')
      .on('operations')
      .columns(['kind', 'slots', 'state', 'source_id', 'id'])
      .execute();
  },
};
