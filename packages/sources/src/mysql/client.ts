import { Readable } from 'node:stream';
import type { CommandResult, ContainerRunner } from '@holdfast/docker';
import { HoldfastError, type Secret, type SecretEnvironment } from '@holdfast/runtime';
import type { z } from 'zod';
import type { ClientPrograms } from './programs.ts';

/** How to reach one server with its own client programs. */
export interface MysqlServer {
  readonly runner: ContainerRunner;
  readonly user: string;
  readonly password?: Secret;
  /** Empty for the socket at the place that the client programs were built for. */
  readonly host: '' | '127.0.0.1';
  readonly port?: number;
  readonly programs: ClientPrograms;
  /** Marks what an operation sends, so that a later run can end what a dead one left. */
  readonly mark: string;
}

/** Rows may be as large as the protocol allows. */
const largestPacket = '--max-allowed-packet=1G';

/** The options by which every program connects. No file of the container is read: it may hold other options. */
export function connectionOptions(server: MysqlServer): string[] {
  return [
    '--no-defaults',
    `--user=${server.user}`,
    ...(server.host === ''
      ? ['--protocol=socket']
      : ['--protocol=tcp', `--host=${server.host}`, `--port=${server.port ?? 3306}`]),
    '--default-character-set=utf8mb4',
    largestPacket,
  ];
}

/** What the container's own environment may hold for its own use is overridden, not inherited. */
export function clientEnvironment({ password }: MysqlServer): SecretEnvironment {
  return { LC_ALL: 'C', LANGUAGE: 'C', MYSQL_HOST: '', MYSQL_PWD: password ?? '' };
}

/**
 * The command line of the client for a script on its standard input. In binary mode it changes no line end and knows no
 * commands of its own but `delimiter` and `charset`: a text cannot start a shell.
 */
export function clientCommand(server: MysqlServer, database?: string): [string, ...string[]] {
  return [
    server.programs.client,
    ...connectionOptions(server),
    '--batch',
    '--skip-column-names',
    '--unbuffered',
    '--comments',
    '--binary-mode',
    '--connect-timeout=15',
    ...(database === undefined ? [] : [`--database=${database}`]),
  ];
}

/**
 * Every session has the same ground to stand on, whatever the server sets: texts are quoted one way, times are in UTC,
 * and nothing that takes long is timed out.
 */
export const sessionPreamble = `SET SESSION sql_mode = '', time_zone = '+00:00', net_read_timeout = 86400,
  net_write_timeout = 86400, wait_timeout = 604800, group_concat_max_len = 1048576
  /*M!100101 , max_statement_time = 0 */;`;

export interface QueryOptions {
  readonly database?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** Runs statements; stops at the first error. */
export async function execute(server: MysqlServer, sql: string, options: QueryOptions = {}): Promise<void> {
  await run(server, sql, options);
}

/**
 * Runs statements and gives the cells of every row that they returned.
 *
 * @throws HoldfastError `credentials-rejected`, `dump-failed`, and those of the runner
 */
export async function queryCells(
  server: MysqlServer,
  sql: string,
  options: QueryOptions = {},
): Promise<string[][]> {
  const result = await run(server, sql, options);
  const text = result.stdout.toString('utf8');
  if (text === '') return [];
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split('\t').map(unescapeCell));
}

/** Runs a statement whose rows are one JSON value each: names may hold any character. @throws as `queryCells` */
export async function queryJson<T>(
  server: MysqlServer,
  sql: string,
  schema: z.ZodType<T>,
  options: QueryOptions = {},
): Promise<T[]> {
  const rows = await queryCells(server, sql, options);
  return rows.map(([cell]) => schema.parse(JSON.parse(cell ?? 'null')));
}

/** Undoes what the client's batch mode does to tabs, line feeds, NUL and backslashes in values. */
export function unescapeCell(text: string): string {
  return text.replaceAll(/\\(.)/gs, (_, character: string) =>
    character === 'n' ? '\n' : character === 't' ? '\t' : character === '0' ? '\0' : character,
  );
}

async function run(server: MysqlServer, sql: string, options: QueryOptions): Promise<CommandResult> {
  const { database, ...limits } = options;
  const result = await server.runner.run({
    command: clientCommand(server, database),
    environment: clientEnvironment(server),
    input: { readable: Readable.from([Buffer.from(`${sessionPreamble}\n/* ${server.mark} */ ${sql}\n`)]) },
    timeoutMs: 10 * 60_000,
    ...limits,
  });
  if (result.exitCode !== 0) throw mysqlError(result.stderr);
  return result;
}

/** 1045, 1044, 1698 and the like: who it is, not what is asked for. */
const rejectedWords = /ERROR (1045|1698|1251|2059|1130|1862|1820|1524|4151) |Access denied for user/;
const privilegeWords = /ERROR (1044|1142|1227|1370|1410|1419) /;

/** An error of a client program, told apart by its number. */
export function mysqlError(stderr: string): HoldfastError {
  const rejected = rejectedWords.test(stderr) && !privilegeWords.test(stderr);
  return new HoldfastError(
    rejected ? 'credentials-rejected' : 'dump-failed',
    `The server said: ${lastWords(stderr) || 'nothing'}`,
  );
}

/** The end of what a program said, without the statement that the client repeats before it. */
export function lastWords(stderr: string): string {
  const lines = stderr.trim().split('\n');
  const error = lines.findLastIndex((line) => /^ERROR |^mysqldump: |^mariadb-dump: /.test(line));
  return lines
    .slice(error < 0 ? -3 : error)
    .join('\n')
    .slice(0, 2_000);
}
