import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import { serialised } from '../database/serialised.ts';

export interface SeenLease {
  /** Null when whoever had it gave it back. */
  readonly holder: string | null;
  /** Grows while the holder lives. Watched, never compared with a clock. */
  readonly beat: number;
}

type LeaseTable = { active_lease: { name: string; holder: string | null; beat: number } };

const name = 'active';

export type ActiveLeaseStore = ReturnType<typeof createActiveLeaseStore>;

/** One row. Its table is no migration's: it is taken before anything is migrated. */
export function createActiveLeaseStore(database: Database) {
  const lease = database.withTables<LeaseTable>();
  return {
    async prepare(): Promise<void> {
      await serialised(database, 'lease', async (transaction) => {
        await transaction.schema
          .createTable('active_lease')
          .ifNotExists()
          .addColumn('name', 'text', (c) => c.primaryKey())
          .addColumn('holder', 'text')
          .addColumn('beat', 'bigint', (c) => c.notNull())
          .execute();
        await transaction
          .withTables<LeaseTable>()
          .insertInto('active_lease')
          .values({ name, holder: null, beat: 0 })
          .onConflict((c) => c.doNothing())
          .execute();
      });
    },

    async read(): Promise<SeenLease> {
      return lease
        .selectFrom('active_lease')
        .select(['holder', 'beat'])
        .where('name', '=', name)
        .executeTakeFirstOrThrow();
    },

    /** False when it is not any more as it was seen. */
    async take(seen: SeenLease, holder: string): Promise<boolean> {
      const { numUpdatedRows } = await lease
        .updateTable('active_lease')
        .set({ holder, beat: sql`beat + 1` })
        .where('name', '=', name)
        .where('beat', '=', seen.beat)
        .where(seen.holder === null ? sql<boolean>`holder is null` : sql<boolean>`holder = ${seen.holder}`)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** False when somebody else has it. */
    async beat(holder: string): Promise<boolean> {
      const { numUpdatedRows } = await lease
        .updateTable('active_lease')
        .set({ beat: sql`beat + 1` })
        .where('holder', '=', holder)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async giveBack(holder: string): Promise<void> {
      await lease.updateTable('active_lease').set({ holder: null }).where('holder', '=', holder).execute();
    },
  };
}
