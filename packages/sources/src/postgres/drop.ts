import { z } from 'zod';
import { temporaryNamePrefix } from '../container/temporary-name.ts';
import { attemptAll } from './attempt.ts';
import { execute, type PostgresServer, queryJson } from './psql.ts';
import { quoteIdentifier, quoteLiteral } from './quoting.ts';
import { endOwnSessions } from './swap.ts';

const timeoutMs = 120_000;

/** Drops a database and ends the sessions in it. One that does not exist is no error. */
export async function dropDatabase(
  server: PostgresServer,
  maintenanceDatabase: string,
  name: string,
): Promise<void> {
  const quoted = quoteIdentifier(name);
  // A template cannot be dropped; and where there is none by that name, this fails and does not matter.
  await attemptAll(server, maintenanceDatabase, [
    { label: 'template flag', alternatives: [`ALTER DATABASE ${quoted} IS_TEMPLATE false`] },
  ]);
  await execute(server, maintenanceDatabase, `DROP DATABASE IF EXISTS ${quoted} WITH (FORCE);`, {
    timeoutMs,
  });
}

/**
 * Removes what an unfinished restore loaded, after ending its sessions. Safe to repeat, and safe after a finished
 * one: a database that was put to use has lost its temporary name.
 *
 * @returns the names of what was removed
 */
export async function dropTemporaryDatabases(
  server: PostgresServer,
  maintenanceDatabase: string,
  operationId: string,
): Promise<string[]> {
  await endOwnSessions(server, maintenanceDatabase);
  const prefix = temporaryNamePrefix(operationId);
  const names = await queryJson(
    server,
    maintenanceDatabase,
    `SELECT coalesce(json_agg(datname), '[]') FROM pg_database WHERE starts_with(datname, ${quoteLiteral(prefix)})`,
    z.array(z.string()),
    { timeoutMs },
  );
  for (const name of names) {
    await detachSubscriptions(server, name);
    await dropDatabase(server, maintenanceDatabase, name);
  }
  return names;
}

/** A database with a subscription cannot be dropped. Those of a restored dump were never connected. */
async function detachSubscriptions(server: PostgresServer, database: string): Promise<void> {
  const names = await queryJson(
    server,
    database,
    `SELECT coalesce(json_agg(s.subname), '[]') FROM pg_subscription s
     JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()`,
    z.array(z.string()),
    { timeoutMs },
  );
  for (const name of names.map(quoteIdentifier)) {
    await execute(
      server,
      database,
      `ALTER SUBSCRIPTION ${name} DISABLE; ALTER SUBSCRIPTION ${name} SET (slot_name = NONE); DROP SUBSCRIPTION ${name};`,
      { timeoutMs },
    );
  }
}
