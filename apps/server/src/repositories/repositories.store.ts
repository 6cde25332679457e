import { type Failure, failureSchema } from '@holdfast/contracts';
import type { Selectable } from 'kysely';
import type { Database } from '../database/database.ts';
import type { RepositoriesTable } from '../database/schema.ts';
import type { StoredRepository } from './repository.ts';

export type RepositoriesStore = ReturnType<typeof createRepositoriesStore>;

export function createRepositoriesStore(database: Database) {
  return {
    async get(id: string): Promise<StoredRepository | undefined> {
      const row = await database
        .selectFrom('repositories')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },

    async find(sourceId: string, destinationId: string): Promise<StoredRepository | undefined> {
      const row = await database
        .selectFrom('repositories')
        .selectAll()
        .where('source_id', '=', sourceId)
        .where('destination_id', '=', destinationId)
        .executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },

    async all(): Promise<StoredRepository[]> {
      return (await database.selectFrom('repositories').selectAll().orderBy('path').execute()).map(fromRow);
    },

    async pathsIn(destinationId: string): Promise<string[]> {
      const rows = await database
        .selectFrom('repositories')
        .select('path')
        .where('destination_id', '=', destinationId)
        .execute();
      return rows.map((row) => row.path);
    },

    /** @throws a unique violation when the path or the pair of source and destination is taken */
    async insert(
      repository: Pick<StoredRepository, 'id' | 'sourceId' | 'destinationId' | 'path'>,
      createdAt: string,
    ): Promise<void> {
      await database
        .insertInto('repositories')
        .values({
          id: repository.id,
          source_id: repository.sourceId,
          destination_id: repository.destinationId,
          path: repository.path,
          created_at: createdAt,
          initialised_at: null,
          last_check_at: null,
          last_check_error: null,
          last_prune_at: null,
          stored_bytes: 0,
          measured_at: null,
          team_key_id: null,
        })
        .execute();
    },

    async initialised(id: string, at: string): Promise<void> {
      await database.updateTable('repositories').set({ initialised_at: at }).where('id', '=', id).execute();
    },

    /** @param oldKeys whether others that opened it before are still to be removed */
    async setTeamKey(id: string, teamKeyId: string | null, oldKeys: boolean): Promise<void> {
      await database
        .updateTable('repositories')
        .set({ team_key_id: teamKeyId, old_keys: oldKeys ? 1 : 0 })
        .where('id', '=', id)
        .execute();
    },

    async oldKeysRemoved(id: string): Promise<void> {
      await database.updateTable('repositories').set({ old_keys: 0 }).where('id', '=', id).execute();
    },

    async checked(id: string, at: string, error?: Failure): Promise<void> {
      await database
        .updateTable('repositories')
        .set({ last_check_at: at, last_check_error: error === undefined ? null : JSON.stringify(error) })
        .where('id', '=', id)
        .execute();
    },

    async pruned(id: string, at: string): Promise<void> {
      await database.updateTable('repositories').set({ last_prune_at: at }).where('id', '=', id).execute();
    },

    async grew(id: string, bytes: number): Promise<void> {
      await database
        .updateTable('repositories')
        .set((e) => ({ stored_bytes: e(e.fn.coalesce('stored_bytes', e.lit(0)), '+', bytes) }))
        .where('id', '=', id)
        .execute();
    },

    async measured(id: string, bytes: number, at: string): Promise<void> {
      await database
        .updateTable('repositories')
        .set({ stored_bytes: bytes, measured_at: at })
        .where('id', '=', id)
        .execute();
    },
  };
}

function fromRow(row: Selectable<RepositoriesTable>): StoredRepository {
  return {
    id: row.id,
    sourceId: row.source_id,
    destinationId: row.destination_id,
    path: row.path,
    initialised: row.initialised_at !== null,
    teamKeyId: row.team_key_id ?? undefined,
    hasOldKeys: row.old_keys === 1,
    lastCheck:
      row.last_check_at === null
        ? undefined
        : {
            time: row.last_check_at,
            error:
              row.last_check_error === null
                ? undefined
                : failureSchema.parse(JSON.parse(row.last_check_error)),
          },
  };
}
