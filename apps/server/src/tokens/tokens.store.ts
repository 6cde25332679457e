import type { Role } from '@holdfast/contracts';
import type { Database } from '../database/database.ts';

export type TokensStore = ReturnType<typeof createTokensStore>;

export interface StoredToken {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Absent: made on the server itself. */
  readonly maker?: { readonly id: string; readonly name: string; readonly role: Role };
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly lastUsed?: string;
}

export interface NewToken extends Pick<StoredToken, 'id' | 'name' | 'role' | 'createdAt' | 'expiresAt'> {
  readonly personId?: string;
  readonly tokenHash: string;
}

export function createTokensStore(database: Database) {
  const select = () =>
    database
      .selectFrom('api_tokens as t')
      .leftJoin('people as p', 'p.id', 't.person_id')
      .select(['t.id', 't.name', 't.role', 't.created_at', 't.expires_at', 't.last_used_at'])
      .select(['p.id as maker_id', 'p.name as maker_name', 'p.role as maker_role']);
  type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;
  const fromRow = (row: Row): StoredToken => {
    const { maker_id: id, maker_name: name, maker_role: role } = row;
    return {
      id: row.id,
      name: row.name,
      role: row.role,
      ...(id === null || name === null || role === null ? {} : { maker: { id, name, role } }),
      createdAt: row.created_at,
      ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
      ...(row.last_used_at === null ? {} : { lastUsed: row.last_used_at }),
    };
  };

  return {
    async insert(token: NewToken): Promise<void> {
      await database
        .insertInto('api_tokens')
        .values({
          id: token.id,
          person_id: token.personId ?? null,
          name: token.name,
          token_hash: token.tokenHash,
          role: token.role,
          created_at: token.createdAt,
          expires_at: token.expiresAt ?? null,
          last_used_at: null,
        })
        .execute();
    },

    async byHash(tokenHash: string): Promise<StoredToken | undefined> {
      const row = await select().where('t.token_hash', '=', tokenHash).executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },

    async byId(id: string): Promise<StoredToken | undefined> {
      const row = await select().where('t.id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },

    /** Newest first; of one person, or all. */
    async list(personId?: string): Promise<StoredToken[]> {
      let query = select().orderBy('t.created_at', 'desc').orderBy('t.id', 'desc');
      if (personId !== undefined) query = query.where('t.person_id', '=', personId);
      return (await query.execute()).map(fromRow);
    },

    async used(id: string, at: string): Promise<void> {
      await database.updateTable('api_tokens').set({ last_used_at: at }).where('id', '=', id).execute();
    },

    /** False when there is none, or none of that person. */
    async remove(id: string, personId?: string): Promise<boolean> {
      let remove = database.deleteFrom('api_tokens').where('id', '=', id);
      if (personId !== undefined) remove = remove.where('person_id', '=', personId);
      return (await remove.executeTakeFirst()).numDeletedRows > 0n;
    },
  };
}
