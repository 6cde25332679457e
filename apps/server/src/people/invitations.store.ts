import type { Database } from '../database/database.ts';

export type InvitationsStore = ReturnType<typeof createInvitationsStore>;

export interface StoredInvitation {
  readonly personId: string;
  readonly forgetsSecondFactor: boolean;
}

export function createInvitationsStore(database: Database) {
  return {
    /** Takes the place of the one before. */
    async put(invitation: StoredInvitation & { codeHash: string; expiresAt: string }): Promise<void> {
      const values = {
        code_hash: invitation.codeHash,
        forgets_totp: invitation.forgetsSecondFactor ? 1 : 0,
        expires_at: invitation.expiresAt,
      };
      await database
        .insertInto('invitations')
        .values({ person_id: invitation.personId, ...values })
        .onConflict((conflict) => conflict.column('person_id').doUpdateSet(values))
        .execute();
    },

    /** The one with this code, when it has not expired. It stays. */
    async find(codeHash: string, now: string): Promise<StoredInvitation | undefined> {
      const row = await database
        .selectFrom('invitations')
        .select(['person_id', 'forgets_totp'])
        .where('code_hash', '=', codeHash)
        .where('expires_at', '>', now)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      return { personId: row.person_id, forgetsSecondFactor: row.forgets_totp === 1 };
    },

    /** Uses it up and sets the password. False when another was faster. */
    async accept(codeHash: string, now: string, passwordHash: string): Promise<boolean> {
      return database.transaction().execute(async (transaction) => {
        const used = await transaction
          .deleteFrom('invitations')
          .where('code_hash', '=', codeHash)
          .where('expires_at', '>', now)
          .returning('person_id')
          .executeTakeFirst();
        if (used === undefined) return false;
        await transaction
          .updateTable('people')
          .set({ password_hash: passwordHash })
          .where('id', '=', used.person_id)
          .execute();
        return true;
      });
    },

    async remove(personId: string): Promise<void> {
      await database.deleteFrom('invitations').where('person_id', '=', personId).execute();
    },
  };
}
