import type { Database } from '../database/database.ts';
import { type NewPerson, toRow } from './people.store.ts';

export type SetUpStore = ReturnType<typeof createSetUpStore>;

const metaName = 'set-up-code';

/** The hash of the code that makes the first owner; for all processes on one database the one that was made last. */
export function createSetUpStore(database: Database) {
  return {
    async put(codeHash: string): Promise<void> {
      await database
        .insertInto('meta')
        .values({ name: metaName, value: codeHash })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: codeHash }))
        .execute();
    },

    async holds(codeHash: string): Promise<boolean> {
      const row = await database
        .selectFrom('meta')
        .select('name')
        .where('name', '=', metaName)
        .where('value', '=', codeHash)
        .executeTakeFirst();
      return row !== undefined;
    },

    /** Uses the code up and makes the first person. False when another was faster. */
    async complete(codeHash: string, person: NewPerson, createdAt: string): Promise<boolean> {
      return database.transaction().execute(async (transaction) => {
        const { numDeletedRows } = await transaction
          .deleteFrom('meta')
          .where('name', '=', metaName)
          .where('value', '=', codeHash)
          .executeTakeFirst();
        const other = await transaction.selectFrom('people').select('id').limit(1).executeTakeFirst();
        if (numDeletedRows === 0n || other !== undefined) return false;
        await transaction.insertInto('people').values(toRow(person, createdAt)).execute();
        return true;
      });
    },
  };
}
