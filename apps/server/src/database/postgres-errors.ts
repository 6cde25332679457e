import type { ErrorCode } from '@holdfast/contracts';
import { HoldfastError, redact, Secret } from '@holdfast/runtime';
import pg from 'pg';

/** By PostgreSQL's SQLSTATE, the longest beginning first. */
const codesByState: readonly (readonly [state: string, code: ErrorCode])[] = [
  // A text with a character that PostgreSQL cannot hold: only what a client sent has one.
  ['22021', 'invalid-input'],
  ['53100', 'database-full'],
  ['25006', 'database-read-only'],
  ['42501', 'database-forbidden'],
  ['3D000', 'database-login-failed'],
  ['28', 'database-login-failed'],
  // Too many connections, or no memory.
  ['53', 'database-unreachable'],
  // Shutting down, starting, connection ended by an administrator.
  ['57P', 'database-unreachable'],
  ['08', 'database-unreachable'],
];

/** The words for an error of PostgreSQL itself. Constraint violations pass unchanged: callers tell them apart. */
export function translatePostgresError(error: unknown, url: Secret): unknown {
  const code = codeOf(error);
  if (code === undefined || !(error instanceof Error)) return error;
  const password = decodedPassword(url);
  const detail = redact(messageOf(error), password === undefined ? [url] : [url, password]);
  return new HoldfastError(code, `PostgreSQL, at ${addressOf(url)}: ${detail}.`, { cause: error });
}

/** After these a connection is not to be used again. */
export function breaksConnection(error: unknown): boolean {
  return codeOf(error) === 'database-unreachable';
}

function codeOf(error: unknown): ErrorCode | undefined {
  if (error instanceof pg.DatabaseError) {
    return codesByState.find(([state]) => error.code?.startsWith(state))?.[1];
  }
  // What pg, the network or TLS say; a mistake in the program has one of JavaScript's own types.
  const foreign = error instanceof Error && (error.constructor === Error || error instanceof AggregateError);
  return foreign || hasSystemCode(error) ? 'database-unreachable' : undefined;
}

function hasSystemCode(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

/** Where a name has several addresses, what each of them said is inside. */
function messageOf(error: Error): string {
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [];
  const messages = [error, ...inner].map((each) => (each instanceof Error ? each.message : ''));
  return messages.find((message) => message !== '')?.replace(/\.$/, '') ?? 'it does not answer';
}

function addressOf(url: Secret): string {
  return new URL(url.reveal()).host || 'its socket';
}

function decodedPassword(url: Secret): Secret | undefined {
  const { password } = new URL(url.reveal());
  return password === '' ? undefined : new Secret(decodeURIComponent(password));
}
