import type { Role, Session } from '@holdfast/contracts';
import type { Database } from '../database/database.ts';

export type SessionsStore = ReturnType<typeof createSessionsStore>;

export type StoredSession = Omit<Session, 'current'>;

/** A session with what its person may do now. */
export interface LiveSession extends StoredSession {
  readonly role: Role;
}

export function createSessionsStore(database: Database) {
  const live = () =>
    database
      .selectFrom('sessions as s')
      .innerJoin('people as p', 'p.id', 's.person_id')
      .select(['s.id', 's.person_id', 's.method', 's.created_at', 's.last_used_at', 's.expires_at'])
      .select(['s.address', 's.user_agent', 'p.name', 'p.role']);
  type Row = Awaited<ReturnType<ReturnType<typeof live>['executeTakeFirstOrThrow']>>;
  const fromRow = (row: Row): LiveSession => ({
    id: row.id,
    personId: row.person_id,
    person: row.name,
    role: row.role,
    method: row.method,
    createdAt: row.created_at,
    lastUsed: row.last_used_at,
    expiresAt: row.expires_at,
    ...(row.address === null ? {} : { address: row.address }),
    ...(row.user_agent === null ? {} : { userAgent: row.user_agent }),
  });

  return {
    async insert(session: Omit<StoredSession, 'person'>, tokenHash: string): Promise<void> {
      await database
        .insertInto('sessions')
        .values({
          id: session.id,
          person_id: session.personId,
          token_hash: tokenHash,
          method: session.method,
          created_at: session.createdAt,
          last_used_at: session.lastUsed,
          expires_at: session.expiresAt,
          address: session.address ?? null,
          user_agent: session.userAgent ?? null,
        })
        .execute();
    },

    async byToken(tokenHash: string): Promise<LiveSession | undefined> {
      const row = await live().where('s.token_hash', '=', tokenHash).executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },

    /** Used last first; of one person, or of all. */
    async list(personId?: string): Promise<StoredSession[]> {
      let select = live().orderBy('s.last_used_at', 'desc').orderBy('s.id', 'desc');
      if (personId !== undefined) select = select.where('s.person_id', '=', personId);
      return (await select.execute()).map(fromRow);
    },

    async used(id: string, at: string): Promise<void> {
      await database.updateTable('sessions').set({ last_used_at: at }).where('id', '=', id).execute();
    },

    /** False when there is none, or none of that person. */
    async remove(id: string, personId?: string): Promise<boolean> {
      let remove = database.deleteFrom('sessions').where('id', '=', id);
      if (personId !== undefined) remove = remove.where('person_id', '=', personId);
      return (await remove.executeTakeFirst()).numDeletedRows > 0n;
    },

    async removeAllOf(personId: string): Promise<void> {
      await database.deleteFrom('sessions').where('person_id', '=', personId).execute();
    },

    async removeExpired(now: string, lastUsedBefore: string): Promise<void> {
      await database
        .deleteFrom('sessions')
        .where((e) => e.or([e('expires_at', '<=', now), e('last_used_at', '<=', lastUsedBefore)]))
        .execute();
    },
  };
}
