import type { Database } from '../database/database.ts';

export type SecondFactorStore = ReturnType<typeof createSecondFactorStore>;

export function createSecondFactorStore(database: Database) {
  return {
    /** Wants a code from now on. `step` is the one that was just used. */
    async enable(personId: string, step: number, recoveryHashes: readonly string[]): Promise<void> {
      await database.transaction().execute(async (transaction) => {
        await transaction
          .updateTable('people')
          .set({ totp: 1, totp_last_step: step })
          .where('id', '=', personId)
          .execute();
        await transaction.deleteFrom('recovery_codes').where('person_id', '=', personId).execute();
        await transaction
          .insertInto('recovery_codes')
          .values(recoveryHashes.map((code_hash) => ({ person_id: personId, code_hash })))
          .execute();
      });
    },

    async disable(personId: string): Promise<void> {
      await database.transaction().execute(async (transaction) => {
        await transaction.updateTable('people').set({ totp: 0 }).where('id', '=', personId).execute();
        await transaction.deleteFrom('recovery_codes').where('person_id', '=', personId).execute();
      });
    },

    /** False when a code of this time step, or of a later one, was accepted before. */
    async takeStep(personId: string, step: number): Promise<boolean> {
      const { numUpdatedRows } = await database
        .updateTable('people')
        .set({ totp_last_step: step })
        .where('id', '=', personId)
        .where('totp_last_step', '<', step)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** False when there is none such, or no more. */
    async takeRecoveryCode(personId: string, codeHash: string): Promise<boolean> {
      const { numDeletedRows } = await database
        .deleteFrom('recovery_codes')
        .where('person_id', '=', personId)
        .where('code_hash', '=', codeHash)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}
