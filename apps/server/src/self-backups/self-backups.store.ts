import type { Selectable } from 'kysely';
import type { Database } from '../database/database.ts';
import type { SelfBackupsTable } from '../database/schema.ts';

export type StoredSelfBackup = Selectable<SelfBackupsTable>;
export type SelfBackupsStore = ReturnType<typeof createSelfBackupsStore>;

export function createSelfBackupsStore(database: Database) {
  return {
    async add(backup: StoredSelfBackup): Promise<void> {
      await database.insertInto('self_backups').values(backup).execute();
    },

    /** Newest first. */
    all(): Promise<StoredSelfBackup[]> {
      return database.selectFrom('self_backups').selectAll().orderBy('time', 'desc').execute();
    },

    async remove(id: string): Promise<void> {
      await database.deleteFrom('self_backups').where('id', '=', id).execute();
    },
  };
}
