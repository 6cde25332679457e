import { Readable } from 'node:stream';
import type { CommandResult, ContainerRunner } from '@holdfast/docker';
import { HoldfastError, type Secret, type SecretEnvironment } from '@holdfast/runtime';
import type { z } from 'zod';

/** How to reach one server, and with which client programs. */
export interface PostgresServer {
  readonly runner: ContainerRunner;
  readonly user: string;
  readonly password?: Secret;
  /** Shown in pg_stat_activity; a later run ends sessions of a dead operation by it. */
  readonly applicationName: string;
  /** Empty for the socket at the place that the client programs were built for. */
  readonly host: string;
  readonly port?: number;
  readonly sslMode?: string;
  /** Reached through a network that may be gone without a word. */
  readonly remote?: boolean;
  /** A database that exists and lets this user in. */
  readonly maintenanceDatabase: string;
  /** Where the client programs are; empty for those on the PATH. */
  readonly programs: string;
}

export type ClientProgram = 'psql' | 'pg_dump' | 'pg_dumpall' | 'pg_restore';

/** What to call a client program of the server by, as the first word of a command. */
export function clientProgram(server: Pick<PostgresServer, 'programs'>, program: ClientProgram): string {
  return server.programs === '' ? program : `${server.programs}/${program}`;
}

/**
 * Every session has the same ground to stand on, whatever the database or the role sets: names are only looked
 * for in pg_catalog (a function of the same name elsewhere could take over), nothing is timed out, and the user is
 * the one who connected.
 */
const sessionOptions = [
  '-c search_path=pg_catalog',
  '-c standard_conforming_strings=on',
  '-c statement_timeout=0',
  '-c lock_timeout=0',
  '-c idle_in_transaction_session_timeout=0',
  '-c default_transaction_read_only=off',
  '-c role=none',
].join(' ');

/**
 * Connection settings for libpq programs. Everything goes by environment: a name of a database on a command
 * line would be read as a connection string when it looks like one. What the container's own environment may
 * hold for its own use (PGHOST…) is overridden, not inherited.
 */
export function libpqEnvironment(server: PostgresServer, database: string): SecretEnvironment {
  return {
    PGHOST: server.host,
    PGHOSTADDR: '',
    ...(server.port === undefined ? {} : { PGPORT: String(server.port) }),
    ...(server.sslMode === undefined ? {} : { PGSSLMODE: server.sslMode }),
    PGUSER: server.user,
    PGDATABASE: database,
    PGAPPNAME: server.applicationName,
    PGCONNECT_TIMEOUT: '15',
    PGCLIENTENCODING: 'UTF8',
    PGOPTIONS: sessionOptions,
    // The words of the programs are told apart in English.
    LC_ALL: 'C',
    LANGUAGE: 'C',
    ...(server.password === undefined ? {} : { PGPASSWORD: server.password }),
  };
}

/** A peer that is gone is noticed in two minutes; by the system's own settings that takes two hours. */
const keepAlive = '--dbname=keepalives_idle=60 keepalives_interval=10 keepalives_count=6';

/** What libpq has no variable for. It names no database: that of the environment holds. */
export function connectionArguments(server: Pick<PostgresServer, 'remote'>): readonly string[] {
  return server.remote === true ? [keepAlive] : [];
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
  const answer = result.stdout.toString('utf8').trim();
  if (answer !== '') return schema.parse(JSON.parse(answer));
  throw new HoldfastError('dump-failed', `PostgreSQL gave no answer, for database "${database}", to: ${sql}`);
}

/** The command line of psql for a script on its standard input: quiet, unaligned, tuples only, no prompts. */
export function psqlCommand(server: PostgresServer): [string, ...string[]] {
  const settings = ['-X', '-w', '-q', '-A', '-t', '-f', '-'];
  return [clientProgram(server, 'psql'), ...connectionArguments(server), ...settings];
}

async function runPsql(
  server: PostgresServer,
  database: string,
  sql: string,
  options: QueryOptions,
): Promise<CommandResult> {
  const result = await server.runner.run({
    command: [...psqlCommand(server), '-v', 'ON_ERROR_STOP=1'],
    environment: libpqEnvironment(server, database),
    input: { readable: Readable.from([Buffer.from(`${sql}\n;\n\\q\n`)]), endsItself: true },
    ...options,
  });
  if (result.exitCode !== 0) throw psqlError(result.stderr, database);
  return result;
}

const rejectedWords =
  /password authentication failed|no password supplied|role ".*" does not exist|Peer authentication failed|Ident authentication failed|no pg_hba\.conf entry|is not permitted to log in/is;

/** An error of a libpq program, told apart by its words. */
export function psqlError(stderr: string, database: string): HoldfastError {
  return new HoldfastError(
    rejectedWords.test(stderr) ? 'credentials-rejected' : 'dump-failed',
    `PostgreSQL said, for database "${database}": ${lastWords(stderr)}`,
  );
}

/** The end of what a program said: where it says why it failed. */
export function lastWords(stderr: string): string {
  return stderr.trim().split('\n').slice(-5).join('\n');
}
