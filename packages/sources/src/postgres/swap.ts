import { setTimeout as sleep } from 'node:timers/promises';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { execute, type PostgresServer, queryJson } from './psql.ts';
import { quoteIdentifier, quoteLiteral, quoteTextArray } from './quoting.ts';

export interface Rename {
  readonly from: string;
  readonly to: string;
}

const attempts = 4;
/** The server itself waits 5 s for sessions to leave before a rename gives up. */
const evictForSeconds = 8;
const renameTimeoutMs = 60_000;

/**
 * Renames databases, all or none, while clients hold them and come back: in one transaction, given from a database
 * that is not among them. A rename locks its database (who connects now waits) and then waits for the sessions
 * that are left; a second session ends those as long as it takes.
 *
 * Not to be cancelled: it is over in seconds, and after it either all names are changed or none.
 *
 * @throws HoldfastError `restore-failed`: then no name has changed
 */
export async function renameDatabases(
  server: PostgresServer,
  maintenanceDatabase: string,
  renames: readonly Rename[],
): Promise<void> {
  const before = await oidsOf(
    server,
    maintenanceDatabase,
    renames.map(({ from }) => from),
  );
  for (let attempt = 1; ; attempt += 1) {
    const evicted = failureOf(
      execute(server, maintenanceDatabase, evictSql(before), { timeoutMs: renameTimeoutMs }),
    );
    const error = await failureOf(
      execute(server, maintenanceDatabase, renameSql(renames), { timeoutMs: renameTimeoutMs }),
    );
    // The answer may have been lost, not the rename: what the server says now is what counts.
    const done = error === undefined || (await isDone(server, maintenanceDatabase, renames, before));
    await evicted;
    if (done) return;
    if (attempt === attempts || !mayPass(error)) {
      throw new HoldfastError('restore-failed', `The databases could not be renamed: ${error.message}`, {
        cause: error,
      });
    }
    await sleep(100 * attempt);
  }
}

async function failureOf(work: Promise<void>): Promise<HoldfastError | undefined> {
  return await work.then(() => undefined, asHoldfastError);
}

/** Clients that did not leave in time; or the server was not even reached. */
function mayPass(error: HoldfastError): boolean {
  return error.code !== 'dump-failed' || /being accessed by other users|lock timeout/.test(error.message);
}

/** Ends every other session of the operation, and waits until they are gone. */
export async function endOwnSessions(server: PostgresServer, maintenanceDatabase: string): Promise<void> {
  await execute(
    server,
    maintenanceDatabase,
    `SET client_min_messages = 'error';
     ${untilGone(`application_name = ${quoteLiteral(server.applicationName)} AND pid <> pg_backend_pid()`)}`,
    { timeoutMs: renameTimeoutMs },
  );
}

function renameSql(renames: readonly Rename[]): string {
  return [
    "SET lock_timeout = '10s';",
    'BEGIN;',
    ...renames.map(
      ({ from, to }) => `ALTER DATABASE ${quoteIdentifier(from)} RENAME TO ${quoteIdentifier(to)};`,
    ),
    'COMMIT;',
  ].join('\n');
}

/** By oid: once the names have changed, nobody who found the new database under the old name is sent away. */
function evictSql(before: ReadonlyMap<string, number>): string {
  const oids = [...before.values()].join(', ');
  const pairs = [...before].map(([name, oid]) => `(${oid}, ${quoteLiteral(name)})`).join(', ');
  return `SET client_min_messages = 'error';
    ${untilGone(
      `datid IN (${oids})`,
      `EXISTS (SELECT FROM pg_database WHERE (oid, datname) IN (${pairs}))`,
    )}`;
}

/** Ends sessions over and over: as long as `goOn` says, or until there are none. */
function untilGone(sessions: string, goOn?: string): string {
  const condition = goOn ?? `EXISTS (SELECT FROM pg_stat_activity WHERE ${sessions})`;
  const body = `
    DECLARE giving_up timestamptz := clock_timestamp() + interval '${evictForSeconds} seconds';
    BEGIN
      WHILE clock_timestamp() < giving_up AND ${condition} LOOP
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${sessions};
        PERFORM pg_sleep(0.02);
        PERFORM pg_stat_clear_snapshot();
      END LOOP;
    END`;
  return `DO ${quoteLiteral(body)};`;
}

const namedOidsSchema = z.array(z.object({ name: z.string(), oid: z.int() }));

async function oidsOf(
  server: PostgresServer,
  maintenanceDatabase: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = await queryJson(
    server,
    maintenanceDatabase,
    `SELECT coalesce(json_agg(json_build_object('name', datname, 'oid', oid::bigint)), '[]')
     FROM pg_database WHERE datname = ANY (${quoteTextArray(names)})`,
    namedOidsSchema,
    { timeoutMs: renameTimeoutMs },
  );
  return new Map(found.map(({ name, oid }) => [name, oid]));
}

async function isDone(
  server: PostgresServer,
  maintenanceDatabase: string,
  renames: readonly Rename[],
  before: ReadonlyMap<string, number>,
): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // A rename whose connection was lost may still be under way: after this it has happened or never will.
      await endOwnSessions(server, maintenanceDatabase);
      const now = await oidsOf(
        server,
        maintenanceDatabase,
        renames.map(({ to }) => to),
      );
      return renames.every(({ from, to }) => now.has(to) && now.get(to) === before.get(from));
    } catch (error) {
      if (attempt < attempts) {
        await sleep(1_000 * attempt);
        continue;
      }
      throw new HoldfastError(
        'restore-failed',
        `The server did not say whether the databases were renamed: ${asHoldfastError(error).message}`,
        {
          hint: `Either all of them were, or none: look for the database "${renames[0]?.to}". The restored data is there then.`,
          cause: error,
        },
      );
    }
  }
}
