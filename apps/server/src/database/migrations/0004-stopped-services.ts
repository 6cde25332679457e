import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Containers that an operation paused or stopped, from before it did until they ran again. */
export const stoppedServices: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('stopped_services')
      .addColumn('operation_id', 'text', (c) => c.notNull())
      .addColumn('container_id', 'text', (c) => c.notNull())
      .addColumn('container_name', 'text', (c) => c.notNull())
      .addColumn('action', 'text', (c) => c.notNull())
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('stopped_services_key', ['operation_id', 'container_id'])
      .execute();
  },
};
