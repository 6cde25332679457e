import type { Database } from '../database/database.ts';

export type VaultStore = ReturnType<typeof createVaultStore>;

export function createVaultStore(database: Database) {
  return {
    async envelope(name: string): Promise<string | undefined> {
      const row = await database
        .selectFrom('vault_secrets')
        .select('envelope')
        .where('name', '=', name)
        .executeTakeFirst();
      return row?.envelope;
    },

    /** Keeps the first of two: false when there was one already. */
    async insert(name: string, envelope: string, createdAt: string): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await database
        .insertInto('vault_secrets')
        .values({ name, envelope, created_at: createdAt })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirst();
      return (numInsertedOrUpdatedRows ?? 0n) > 0n;
    },

    async put(name: string, envelope: string, createdAt: string): Promise<void> {
      await database
        .insertInto('vault_secrets')
        .values({ name, envelope, created_at: createdAt })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ envelope }))
        .execute();
    },

    async remove(name: string): Promise<void> {
      await database.deleteFrom('vault_secrets').where('name', '=', name).execute();
    },

    async any(): Promise<{ name: string; envelope: string } | undefined> {
      return database.selectFrom('vault_secrets').select(['name', 'envelope']).limit(1).executeTakeFirst();
    },
  };
}
