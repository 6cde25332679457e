import type { Selectable } from 'kysely';
import type { Database } from '../database/database.ts';
import type { TeamKeysTable } from '../database/schema.ts';

export type KeyRole = TeamKeysTable['role'];

/** What is known of a team key beside the secret itself. */
export interface StoredTeamKey {
  readonly id: string;
  readonly role: KeyRole;
  readonly origin: TeamKeysTable['origin'];
  readonly createdAt: string;
  readonly confirmedAt?: string;
  readonly confirmedBy?: string;
  readonly wrongAttempts: number;
  readonly lastWrongAt?: string;
}

export function createTeamKeyStore(database: Database) {
  const table = () => database.updateTable('team_keys');
  return {
    async all(): Promise<StoredTeamKey[]> {
      return (await database.selectFrom('team_keys').selectAll().execute()).map(fromRow);
    },

    async insert(key: Pick<StoredTeamKey, 'id' | 'role' | 'origin' | 'createdAt'>): Promise<void> {
      await database
        .insertInto('team_keys')
        .values({
          id: key.id,
          role: key.role,
          origin: key.origin,
          created_at: key.createdAt,
          confirmed_at: null,
          confirmed_by: null,
          wrong_attempts: 0,
          last_wrong_at: null,
        })
        .execute();
    },

    async setRole(from: KeyRole, role: KeyRole): Promise<void> {
      await table().set({ role }).where('role', '=', from).execute();
    },

    async remove(role: KeyRole): Promise<void> {
      await database.deleteFrom('team_keys').where('role', '=', role).execute();
    },

    async confirm(id: string, by: string, at: string): Promise<void> {
      const confirmed = { confirmed_at: at, confirmed_by: by, wrong_attempts: 0, last_wrong_at: null };
      await table().set(confirmed).where('id', '=', id).execute();
    },

    /** Counted before the comparison, so that attempts at the same time cannot slip through. False: none is left. */
    async takeAttempt(id: string, at: string, limit: { attempts: number; since: string }): Promise<boolean> {
      await table()
        .set({ wrong_attempts: 0 })
        .where('id', '=', id)
        .where('last_wrong_at', '<', limit.since)
        .execute();
      const { numUpdatedRows } = await table()
        .set((e) => ({ wrong_attempts: e('wrong_attempts', '+', 1), last_wrong_at: at }))
        .where('id', '=', id)
        .where('wrong_attempts', '<', limit.attempts)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** Whether a repository has a key, or is being made with one. */
    async isAnyInUse(): Promise<boolean> {
      const query = database.selectFrom('repositories').select('id').where('team_key_id', 'is not', null);
      return (await query.limit(1).executeTakeFirst()) !== undefined;
    },

    /** Whether a repository still has, or is being made with, another key than this one, or old ones beside it. */
    async isNeededBeside(currentId: string): Promise<boolean> {
      const row = await database
        .selectFrom('repositories')
        .select('id')
        .where((e) =>
          e.or([
            e('old_keys', '=', 1),
            e.and([e('team_key_id', 'is not', null), e('team_key_id', '!=', currentId)]),
          ]),
        )
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}

function fromRow(row: Selectable<TeamKeysTable>): StoredTeamKey {
  return {
    id: row.id,
    role: row.role,
    origin: row.origin,
    createdAt: row.created_at,
    confirmedAt: row.confirmed_at ?? undefined,
    confirmedBy: row.confirmed_by ?? undefined,
    wrongAttempts: row.wrong_attempts,
    lastWrongAt: row.last_wrong_at ?? undefined,
  };
}
