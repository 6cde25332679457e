import type { Role } from '@holdfast/contracts';
import type { Selectable, Transaction } from 'kysely';
import type { Database } from '../database/database.ts';
import type { PeopleTable, Schema } from '../database/schema.ts';
import type { StoredPerson } from './person.ts';

export type PeopleStore = ReturnType<typeof createPeopleStore>;

export type NewPerson = Pick<StoredPerson, 'id' | 'email' | 'name' | 'role' | 'passwordHash' | 'oidc'>;

export function createPeopleStore(database: Database) {
  return {
    /** By e-mail address. */
    async list(): Promise<StoredPerson[]> {
      return (await database.selectFrom('people').selectAll().orderBy('email').execute()).map(fromRow);
    },

    async any(): Promise<boolean> {
      return (await database.selectFrom('people').select('id').limit(1).executeTakeFirst()) !== undefined;
    },

    async byId(id: string): Promise<StoredPerson | undefined> {
      const row = await database.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },

    async byEmail(email: string): Promise<StoredPerson | undefined> {
      const row = await database
        .selectFrom('people')
        .selectAll()
        .where('email', '=', email)
        .executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },

    async bySubject(issuer: string, subject: string): Promise<StoredPerson | undefined> {
      const row = await database
        .selectFrom('people')
        .selectAll()
        .where('oidc_issuer', '=', issuer)
        .where('oidc_subject', '=', subject)
        .executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },

    /** False when the e-mail address is taken. */
    async insert(person: NewPerson, createdAt: string): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await database
        .insertInto('people')
        .values(toRow(person, createdAt))
        .onConflict((conflict) => conflict.column('email').doNothing())
        .executeTakeFirst();
      return (numInsertedOrUpdatedRows ?? 0n) > 0n;
    },

    async rename(id: string, name: string): Promise<void> {
      await database.updateTable('people').set({ name }).where('id', '=', id).execute();
    },

    /** False, and nothing is changed, when nobody would be left who owns this Holdfast and can sign in. */
    async setRole(id: string, role: Role): Promise<boolean> {
      return keepingAnOwner(database, async (transaction) => {
        await transaction.updateTable('people').set({ role }).where('id', '=', id).execute();
      });
    },

    /** Their sessions, tokens and codes end with them. False as for `setRole`. */
    async remove(id: string): Promise<boolean> {
      return keepingAnOwner(database, async (transaction) => {
        await transaction.deleteFrom('people').where('id', '=', id).execute();
      });
    },

    async setPassword(id: string, passwordHash: string): Promise<void> {
      await database
        .updateTable('people')
        .set({ password_hash: passwordHash })
        .where('id', '=', id)
        .execute();
    },

    async bindSubject(id: string, { issuer, subject }: { issuer: string; subject: string }): Promise<void> {
      await database
        .updateTable('people')
        .set({ oidc_issuer: issuer, oidc_subject: subject })
        .where('id', '=', id)
        .execute();
    },

    async signedIn(id: string, at: string): Promise<void> {
      await database.updateTable('people').set({ last_sign_in_at: at }).where('id', '=', id).execute();
    },
  };
}

class NoOwnerLeft extends Error {}

async function keepingAnOwner(
  database: Database,
  change: (transaction: Transaction<Schema>) => Promise<void>,
): Promise<boolean> {
  try {
    await database.transaction().execute(async (transaction) => {
      // Changes nothing but takes the rows: of two that change owners at the same time, one waits for the other.
      await transaction.updateTable('people').set({ role: 'owner' }).where('role', '=', 'owner').execute();
      const before = await activeOwners(transaction);
      await change(transaction);
      if (before > 0 && (await activeOwners(transaction)) === 0) throw new NoOwnerLeft();
    });
    return true;
  } catch (error) {
    if (error instanceof NoOwnerLeft) return false;
    throw error;
  }
}

async function activeOwners(transaction: Transaction<Schema>): Promise<number> {
  const rows = await transaction
    .selectFrom('people')
    .select('id')
    .where('role', '=', 'owner')
    .where((e) => e.or([e('password_hash', 'is not', null), e('oidc_subject', 'is not', null)]))
    .execute();
  return rows.length;
}

/** A person who was just made. */
export function toRow(
  { id, email, name, role, passwordHash, oidc }: NewPerson,
  createdAt: string,
): PeopleTable {
  return {
    id,
    email,
    name,
    role,
    password_hash: passwordHash ?? null,
    oidc_issuer: oidc?.issuer ?? null,
    oidc_subject: oidc?.subject ?? null,
    totp: 0,
    totp_last_step: 0,
    created_at: createdAt,
    last_sign_in_at: null,
  };
}

function fromRow(row: Selectable<PeopleTable>): StoredPerson {
  const { oidc_issuer: issuer, oidc_subject: subject } = row;
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    ...(row.password_hash === null ? {} : { passwordHash: row.password_hash }),
    ...(issuer === null || subject === null ? {} : { oidc: { issuer, subject } }),
    secondFactor: row.totp === 1,
    createdAt: row.created_at,
    ...(row.last_sign_in_at === null ? {} : { lastSignIn: row.last_sign_in_at }),
  };
}
