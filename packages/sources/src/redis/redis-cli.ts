import { Readable } from 'node:stream';
import type { CommandResult, ContainerCommand, ContainerRunner } from '@holdfast/docker';
import { HoldfastError, type Secret, type SecretEnvironment } from '@holdfast/runtime';

/** A server, and the client program that reaches it from inside its container. */
export interface RedisServer {
  readonly runner: ContainerRunner;
  /** Path of `redis-cli` or `valkey-cli`. */
  readonly client: string;
  readonly at: { readonly port: number } | { readonly socket: string };
  readonly user?: string;
  readonly password?: Secret;
}

export interface CliOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** What a server answered instead of doing what it was told. `code` is its first word: `ERR`, `NOAUTH`, `LOADING`… */
export class ReplyError extends Error {
  override readonly name = 'ReplyError';
  readonly code: string;

  constructor(message: string) {
    super(message);
    this.code = /^[A-Z]+/.exec(message)?.[0] ?? 'ERR';
  }
}

const usualTimeoutMs = 60_000;

/** Where the client connects to, and as whom; the password goes by `cliEnvironment`. */
export function connectionArguments({ at, user }: RedisServer): string[] {
  return [
    ...('socket' in at ? ['-s', at.socket] : ['-h', '127.0.0.1', '-p', String(at.port)]),
    ...(user === undefined ? [] : ['--user', user]),
  ];
}

export function cliEnvironment({ password }: RedisServer): SecretEnvironment {
  return password === undefined ? {} : { REDISCLI_AUTH: password };
}

/** Runs the client program as it is, with further arguments. */
export function runClient(
  server: RedisServer,
  further: readonly string[],
  options: Pick<ContainerCommand, 'input' | 'output'> & CliOptions = {},
): Promise<CommandResult> {
  return server.runner.run({
    command: [server.client, ...connectionArguments(server), ...further],
    environment: cliEnvironment(server),
    ...options,
  });
}

/**
 * One command, its words visible in the list of processes. @returns its reply: one string, or those of a flat list
 *
 * @throws ReplyError, and HoldfastError when there was no reply
 */
export async function command(
  server: RedisServer,
  words: readonly string[],
  options: CliOptions = {},
): Promise<string[]> {
  const result = await runClient(server, ['--no-raw', ...words], { timeoutMs: usualTimeoutMs, ...options });
  return replyOf(result);
}

/** One command that is given on standard input, so that none of its words is seen by anybody. */
export async function secretCommand(
  server: RedisServer,
  words: readonly string[],
  options: CliOptions = {},
): Promise<string[]> {
  const result = await runClient(server, ['--no-raw'], {
    timeoutMs: usualTimeoutMs,
    ...options,
    input: { readable: Readable.from([Buffer.from(`${commandLine(words)}\n`)]) },
  });
  return replyOf(result);
}

/** A command as the client program reads it from its input. */
export function commandLine(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

function quote(word: string): string {
  const bytes = [...Buffer.from(word, 'utf8')];
  const plain = (byte: number) => byte > 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
  return `"${bytes.map((byte) => (plain(byte) ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`)).join('')}"`;
}

/** Sections of INFO as one table. @throws as `command` */
export async function serverInfo(
  server: RedisServer,
  options: CliOptions = {},
): Promise<ReadonlyMap<string, string>> {
  // The client program prints this reply as it is, whatever it is told.
  const { stdout, stderr } = await runClient(server, ['INFO'], { timeoutMs: usualTimeoutMs, ...options });
  const text = stdout.toString('utf8');
  if (!text.startsWith('#')) {
    const words = text.trim();
    if (/^[A-Z]+ /.test(words)) throw new ReplyError(words);
    throw new HoldfastError('dump-failed', `The server could not be reached: ${`${stderr} ${words}`.trim()}`);
  }
  return new Map(
    text.split('\r\n').flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)]];
    }),
  );
}

function replyOf({ exitCode, stdout, stderr }: CommandResult): string[] {
  const text = stdout.toString('latin1').replace(/\n$/, '');
  if (exitCode !== 0 || /^Could not connect|^Error: /.test(text) || (text === '' && stderr !== '')) {
    const words = `${stderr}\n${text}`.trim() || 'nothing';
    throw new HoldfastError('dump-failed', `The server could not be reached: ${words}`);
  }
  const lines = text.split('\n');
  return lines.flatMap((line) => {
    const item = lines.length > 1 || /^ *1[)#] /.test(line) ? line.replace(/^ *\d+[)#] /, '') : line;
    if (item.startsWith('(error) ')) throw new ReplyError(item.slice('(error) '.length));
    if (item === '(empty array)' || item === '(empty list or set)') return [];
    return [item.startsWith('"') ? unescape(item.slice(1, -1)) : item.replace(/^\(integer\) /, '')];
  });
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b' };

function unescape(text: string): string {
  const bytes = text.replaceAll(/\\(?:x([0-9a-f]{2})|(.))/g, (_, hex: string | undefined, one: string) =>
    hex === undefined ? (escapes[one] ?? one) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
