import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { whileLeaseIsFree } from '../active/while-free.ts';
import { type Clock, instant } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { DatabasePlace } from '../database/place.ts';
import { connectPostgres, defaultSchema } from '../database/postgres.ts';
import type { State } from './state.ts';

type PostgresPlace = Extract<DatabasePlace, { kind: 'postgres' }>;

/** How many states before a restore stay beside the schema. */
const keptBefore = 3;

/** The state in a schema of a database on a server, which other schemas take the place of by their names. */
export function postgresState(place: PostgresPlace, clock: Clock): State {
  const live = place.schema ?? defaultSchema;
  const connected = async <T>(schema: string, work: (database: Database) => Promise<T>): Promise<T> => {
    const database = await connectPostgres({ ...place, schema, connections: 2 });
    try {
      return await work(database);
    } finally {
      await database.destroy();
    }
  };
  /** While this runs nobody can take the lease, which goes on with the name of the schema. */
  const whileFree = (work: (transaction: Database) => Promise<void>) =>
    connected(live, (database) => whileLeaseIsFree(database, work));

  return {
    change: (work) => connected(live, work),

    read: (work) =>
      connected(live, (database) =>
        database
          .transaction()
          .setIsolationLevel('repeatable read')
          .setAccessMode('read only')
          .execute(async (transaction) => {
            // Slow storage may let it wait for longer than the server likes.
            await sql`set local idle_in_transaction_session_timeout = 0`.execute(transaction);
            return work(transaction);
          }),
      ),

    async prepare(fill) {
      const next = `${live}${restoring}${randomBytes(6).toString('hex')}`;
      const drop = () => connected(live, (database) => dropSchema(database, next));
      try {
        await connected(next, fill);
      } catch (error) {
        await drop();
        throw error;
      }
      return {
        discard: drop,
        async swap(carry) {
          const before = `${live}_before_${instant(clock)
            .replaceAll(/[-:.Z]/g, '')
            .replace('T', '_')}`;
          await whileFree(async (transaction) => {
            await connected(live, (present) =>
              connected(next, (prepared) => carry(present, prepared, before)),
            );
            await replace(transaction, { live, by: next, leaving: before });
            await removeOldest(transaction);
          });
          return {
            async takeBack() {
              await whileFree((transaction) => replace(transaction, { live, by: before, leaving: next }));
              await drop();
            },
          };
        },
      };
    },
  };
}

const restoring = '_restore_';

/** What a process that died during a restore left. Called by whoever has the lease. */
export async function removeUnfinishedSchemas(database: Database): Promise<void> {
  for (const schema of await schemasBeside(database, restoring)) await dropSchema(database, schema);
}

/** The row of the lease stays where it is asked for: whoever waits for it finds it in the schema that takes over. */
async function replace(
  transaction: Database,
  { live, by, leaving }: { live: string; by: string; leaving: string },
): Promise<void> {
  await sql`alter table active_lease set schema ${sql.id(by)}`.execute(transaction);
  await sql`alter schema ${sql.id(live)} rename to ${sql.id(leaving)}`.execute(transaction);
  await sql`alter schema ${sql.id(by)} rename to ${sql.id(live)}`.execute(transaction);
}

async function removeOldest(database: Database): Promise<void> {
  const all = await schemasBeside(database, '_before_');
  for (const schema of all.slice(0, -keptBefore)) await dropSchema(database, schema);
}

/** By name, those whose names go on with this after that of the present one. */
async function schemasBeside(database: Database, infix: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select nspname as name from pg_namespace
    where starts_with(nspname::text, current_schema() || ${infix}) order by nspname
  `.execute(database);
  return rows.map(({ name }) => name);
}

async function dropSchema(database: Database, schema: string): Promise<void> {
  await sql`drop schema if exists ${sql.id(schema)} cascade`.execute(database);
}
