import type { Database } from '../database/database.ts';

export type SchedulesStore = ReturnType<typeof createSchedulesStore>;

export function createSchedulesStore(database: Database) {
  return {
    async lastDue(name: string): Promise<Date | undefined> {
      const row = await database
        .selectFrom('schedules')
        .select('last_due_at')
        .where('name', '=', name)
        .executeTakeFirst();
      return row === undefined ? undefined : new Date(row.last_due_at);
    },

    async saveDue(name: string, at: Date): Promise<void> {
      const last_due_at = at.toISOString();
      await database
        .insertInto('schedules')
        .values({ name, last_due_at })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ last_due_at }))
        .execute();
    },
  };
}
