import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Channels to people, what each was told, and the messages that are on their way. */
export const notifications: Migration = {
  async up(database: Kysely<unknown>) {
    const { schema } = database;
    await schema.alterTable('alerts').addColumn('cause', 'text').execute();
    await schema.alterTable('alerts').addColumn('acknowledged_by', 'text').execute();
    await schema.alterTable('alerts').addColumn('acknowledged_at', 'text').execute();
    await schema
      .createTable('channels')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull().unique())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('settings', 'text', (c) => c.notNull())
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('min_severity', 'text', (c) => c.notNull())
      .addColumn('codes', 'text')
      .addColumn('environments', 'text')
      .addColumn('window_seconds', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('last_success_at', 'text')
      .addColumn('last_error', 'text')
      .execute();
    await schema
      .createTable('channel_alerts')
      .addColumn('channel_id', 'text', (c) => c.notNull().references('channels.id').onDelete('cascade'))
      .addColumn('alert_id', 'text', (c) => c.notNull().references('alerts.id').onDelete('cascade'))
      .addColumn('told_at', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('channel_alerts_key', ['channel_id', 'alert_id'])
      .execute();
    await schema
      .createTable('deliveries')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('channel_id', 'text', (c) => c.notNull().references('channels.id').onDelete('cascade'))
      .addColumn('notice', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('attempts', 'integer', (c) => c.notNull())
      .addColumn('next_attempt_at', 'text', (c) => c.notNull())
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('ended_at', 'text')
      .execute();
    await schema
      .createIndex('deliveries_by_state')
      .on('deliveries')
      .columns(['state', 'next_attempt_at'])
      .execute();
  },
};
