import { setTimeout as delay } from 'node:timers/promises';
import {
  Kysely,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPoolClient,
  type PostgresQueryResult,
  sql,
} from 'kysely';
import pg from 'pg';
import { ByteOrderPlugin } from './byte-order.ts';
import type { DatabasePlace } from './place.ts';
import { breaksConnection, translatePostgresError } from './postgres-errors.ts';
import type { Schema } from './schema.ts';

type PostgresPlace = Extract<DatabasePlace, { kind: 'postgres' }>;

export const defaultSchema = 'holdfast';
const defaultConnections = 5;
const connectTimeoutMs = 10_000;
/** A server that is started again is waited for: what asks fails only when it stays away for longer. */
const patienceMs = 30_000;
const retryMs = 250;
/** Longer than any statement takes; a server that does not answer must not hold a caller for ever. */
const queryTimeoutMs = 60_000;

/** Of PostgreSQL's types: `bigint`, and `numeric`, which is what it makes of a sum of them. */
const wholeNumberTypes = new Set([20, 1700]);

/** @throws HoldfastError as `openDatabase` does */
export async function connectPostgres(place: PostgresPlace): Promise<Kysely<Schema>> {
  const pool = openPool(place);
  const translated = (error: unknown): never => {
    throw translatePostgresError(error, place.url);
  };
  // At the start a wrong address is to be told at once.
  let patience = 0;
  const database = new Kysely<Schema>({
    plugins: [new ByteOrderPlugin()],
    dialect: new PostgresDialect({
      pool: {
        options: {},
        connect: async () => guardedClient(await connected(pool, patience).catch(translated), translated),
        end: () => pool.end(),
      },
    }),
  });
  try {
    await ensureSchema(database, place.schema ?? defaultSchema);
    patience = patienceMs;
    return database;
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

function openPool({ url, schema = defaultSchema, connections = defaultConnections }: PostgresPlace): pg.Pool {
  const pool = new pg.Pool({
    connectionString: connectionString(url.reveal(), schema),
    max: connections,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
    types: { getTypeParser: typeParser },
  });
  // A connection that breaks while nobody uses it: the pool forgets it, and the next query makes another.
  pool.on('error', () => {});
  // One that breaks between the statements of who uses it: the next statement says so. Unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Nothing was asked yet, so trying again does nothing twice. */
async function connected(pool: pg.Pool, patience: number): Promise<pg.PoolClient> {
  const deadline = performance.now() + patience;
  for (;;) {
    try {
      return await pool.connect();
    } catch (error) {
      if (!breaksConnection(error) || performance.now() + retryMs > deadline || pool.ending) throw error;
    }
    await delay(retryMs);
  }
}

/** What `sslmode` means is what it means to PostgreSQL's own programs. */
function connectionString(given: string, schema: string): string {
  const url = new URL(given);
  const { searchParams } = url;
  const options = searchParams.get('options');
  searchParams.set('options', `${options === null ? '' : `${options} `}-c search_path=${schema}`);
  if (!searchParams.has('application_name')) searchParams.set('application_name', 'holdfast');
  if (searchParams.has('sslmode')) searchParams.set('uselibpqcompat', 'true');
  return url.href;
}

/** Whole numbers of any length as numbers, as SQLite gives them; one that a number cannot hold is an error. */
function typeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (!wholeNumberTypes.has(oid)) return pg.types.getTypeParser(oid, format === 'binary' ? 'text' : format);
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw new RangeError(`The database holds ${text}, which is too large.`);
    return value;
  };
}

/** pg passes PostgreSQL's errors through; this gives them Holdfast's words at the one place. */
function guardedClient(client: pg.PoolClient, translated: (error: unknown) => never): PostgresPoolClient {
  let broken = false;
  function query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  function query(text: unknown, parameters: readonly unknown[] = []): unknown {
    if (typeof text !== 'string') throw new TypeError('Rows are not read by a cursor here.');
    return client.query(text, parameters.map(withoutZero)).catch((error: unknown) => {
      broken ||= breaksConnection(error);
      return translated(error);
    });
  }
  return { query, release: (destroy = false) => client.release(destroy || broken) };
}

/** PostgreSQL takes every character but this one, which foreign programs may print. */
function withoutZero(parameter: unknown): unknown {
  return typeof parameter === 'string' ? parameter.replaceAll('\0', '\uFFFD') : parameter;
}

/** Where it is there, the right to make one is not needed. */
async function ensureSchema(database: Kysely<Schema>, schema: string): Promise<void> {
  const { rows } = await sql`select 1 from pg_namespace where nspname = ${schema}`.execute(database);
  if (rows.length > 0) return;
  await database.transaction().execute(async (transaction) => {
    // Two that start at once would both make it, and one of them fail.
    await sql`select pg_advisory_xact_lock(hashtext(${`${schema}: schema`}))`.execute(transaction);
    await transaction.schema.createSchema(schema).ifNotExists().execute();
  });
}
