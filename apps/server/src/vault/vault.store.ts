import type { Database } from '../database/database.ts';

export type VaultStore = ReturnType<typeof createVaultStore>;

export interface ClosedSecret {
  readonly name: string;
  readonly envelope: string;
}

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

    async all(): Promise<ClosedSecret[]> {
      return database.selectFrom('vault_secrets').select(['name', 'envelope']).orderBy('name').execute();
    },

    /** All of them or none; one that was changed since it was read is left, and counted. */
    async replaceAll(changes: readonly (ClosedSecret & { readonly before: string })[]): Promise<number> {
      return database.transaction().execute(async (transaction) => {
        let left = 0;
        for (const { name, envelope, before } of changes) {
          const { numUpdatedRows } = await transaction
            .updateTable('vault_secrets')
            .set({ envelope })
            .where('name', '=', name)
            .where('envelope', '=', before)
            .executeTakeFirst();
          if (numUpdatedRows === 0n) left += 1;
        }
        return left;
      });
    },
  };
}
