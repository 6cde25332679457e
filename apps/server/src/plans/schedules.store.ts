import type { Database } from '../database/database.ts';
import type { SchedulesTable } from '../database/schema.ts';

export type SchedulesStore = ReturnType<typeof createSchedulesStore>;

/** When what is no plan (prune, drills) was last acted on. */
export function createSchedulesStore(database: Database) {
  return {
    async lastDues(): Promise<Map<SchedulesTable['name'], string>> {
      const rows = await database.selectFrom('schedules').selectAll().execute();
      return new Map(rows.map((row) => [row.name, row.last_due_at]));
    },

    /** Where nothing is known yet. */
    async begin(name: string, at: string): Promise<void> {
      await database
        .insertInto('schedules')
        .values({ name, last_due_at: at })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute();
    },

    /** False when it is not `from` any more: somebody else has acted on it. */
    async advance(name: string, from: string, to: string): Promise<boolean> {
      const { numUpdatedRows } = await database
        .updateTable('schedules')
        .set({ last_due_at: to })
        .where('name', '=', name)
        .where('last_due_at', '=', from)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  };
}
