import { HoldfastError } from '@holdfast/runtime';
import { runEndingWithClient } from '../end-with-client.ts';
import type { ConnectedServer } from './connected-server.ts';
import { clientProgram, lastWords, libpqEnvironment } from './psql.ts';

const timeoutMs = 5 * 60_000;

/**
 * Roles, their memberships, and tablespaces, as SQL. Only a superuser may read the passwords of roles.
 *
 * @throws HoldfastError `dump-failed` with the words of pg_dumpall
 */
export async function dumpGlobals(
  { server, superuser }: ConnectedServer,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const result = await runEndingWithClient(server.runner, {
    command: [
      clientProgram(server, 'pg_dumpall'),
      '--globals-only',
      '--no-password',
      ...(superuser ? [] : ['--no-role-passwords']),
    ],
    environment: libpqEnvironment(server, server.maintenanceDatabase),
    signal,
    timeoutMs,
  });
  if (result.exitCode === 0) return result.stdout;
  throw new HoldfastError(
    'dump-failed',
    `pg_dumpall of the roles ended with status ${result.exitCode} and said: ${lastWords(result.stderr)}`,
  );
}
