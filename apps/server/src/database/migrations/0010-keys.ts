import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { RepositoriesTable, VaultSecretsTable } from '../schema.ts';

type Before = {
  vault_secrets: VaultSecretsTable;
  team_keys: { id: string; role: string; origin: string; created_at: string; wrong_attempts: number };
  repositories: Pick<RepositoriesTable, 'initialised_at'> & { team_key_id: string | null };
};

/** What is known of team keys, beside the secrets themselves; and which of them opens which repository. */
export const keys: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('team_keys')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('role', 'text', (c) => c.notNull().unique())
      .addColumn('origin', 'text', (c) => c.notNull())
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('confirmed_at', 'text')
      .addColumn('confirmed_by', 'text')
      .addColumn('wrong_attempts', 'integer', (c) => c.notNull())
      .addColumn('last_wrong_at', 'text')
      .execute();
    await database.schema.alterTable('repositories').addColumn('team_key_id', 'text').execute();
    await database.schema
      .alterTable('repositories')
      .addColumn('old_keys', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
    await rememberPresentKey(database.withTables<Before>());
  },
};

async function rememberPresentKey(database: Kysely<Before>): Promise<void> {
  const held = await database
    .selectFrom('vault_secrets')
    .select('created_at')
    .where('name', '=', 'team-key')
    .executeTakeFirst();
  if (held === undefined) return;
  const id = randomBytes(6).toString('hex');
  await database
    .insertInto('team_keys')
    .values({ id, role: 'current', origin: 'generated', created_at: held.created_at, wrong_attempts: 0 })
    .execute();
  await database
    .updateTable('repositories')
    .set({ team_key_id: id })
    .where('initialised_at', 'is not', null)
    .execute();
}
