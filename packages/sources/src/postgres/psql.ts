import { Readable } from 'node:stream';
import type { CommandResult, ContainerRunner } from '@holdfast/docker';
import { HoldfastError, type Secret, type SecretEnvironment } from '@holdfast/runtime';
import type { z } from 'zod';

/** How to reach one server with its own client programs. */
export interface PostgresServer {
  readonly runner: ContainerRunner;
  readonly user: string;
  readonly password?: Secret;
  /** Shown in pg_stat_activity; a later run ends sessions of a dead operation by it. */
  readonly applicationName: string;
}

/**
 * Connection settings for libpq programs. Everything goes by environment: a name of a database on a command
 * line would be read as a connection string when it looks like one.
 */
export function libpqEnvironment(server: PostgresServer, database: string): SecretEnvironment {
  return {
    PGUSER: server.user,
    PGDATABASE: database,
    PGAPPNAME: server.applicationName,
    PGCONNECT_TIMEOUT: '15',
    PGCLIENTENCODING: 'UTF8',
    ...(server.password === undefined ? {} : { PGPASSWORD: server.password }),
  };
}

export interface QueryOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** Runs statements that return nothing; stops at the first error. */
export async function execute(
  server: PostgresServer,
  database: string,
  sql: string,
  options: QueryOptions = {},
): Promise<void> {
  await runPsql(server, database, sql, options);
}

/**
 * Runs one statement that returns one row with one JSON value (names may hold any character, so no other
 * output format of psql is safe to split).
 *
 * @throws HoldfastError `credentials-rejected`, `dump-failed`, and those of the runner
 */
export async function queryJson<T>(
  server: PostgresServer,
  database: string,
  sql: string,
  schema: z.ZodType<T>,
  options: QueryOptions = {},
): Promise<T> {
  const result = await runPsql(server, database, sql, options);
  return schema.parse(JSON.parse(result.stdout.toString('utf8')));
}

async function runPsql(
  server: PostgresServer,
  database: string,
  sql: string,
  options: QueryOptions,
): Promise<CommandResult> {
  const result = await server.runner.run({
    command: ['psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-f', '-'],
    environment: libpqEnvironment(server, database),
    input: { readable: Readable.from([Buffer.from(sql)]) },
    ...options,
  });
  if (result.exitCode !== 0) throw psqlError(result.stderr, database);
  return result;
}

/** An error of a libpq program, told apart by its words (they are not localised: LC_MESSAGES is the image's). */
export function psqlError(stderr: string, database: string): HoldfastError {
  const words = stderr.trim().split('\n').slice(-5).join('\n');
  const rejected =
    /password authentication failed|no password supplied|role ".*" does not exist|Peer authentication failed|no pg_hba\.conf entry/i;
  return new HoldfastError(
    rejected.test(stderr) ? 'credentials-rejected' : 'dump-failed',
    `PostgreSQL said, for database "${database}": ${words}`,
  );
}
