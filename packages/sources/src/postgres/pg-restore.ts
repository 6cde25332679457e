import type { CommandInput } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';
import { clientProgram, lastWords, libpqEnvironment, type PostgresServer } from './psql.ts';

/** Longer than any load that still makes progress; a stuck one must end some day. */
const timeoutMs = 48 * 60 * 60 * 1000;

/**
 * For the sessions of a load only. A crash loses the half-loaded database anyway, so it need not wait for the disk
 * at each commit. A database whose own settings make it read-only, or give it another role, is still loaded.
 */
const sessionOptions = [
  '-c synchronous_commit=off',
  '-c maintenance_work_mem=256MB',
  '-c statement_timeout=0',
  '-c lock_timeout=0',
  '-c idle_in_transaction_session_timeout=0',
  '-c default_transaction_read_only=off',
  '-c role=none',
].join(' ');

/**
 * Runs the container's own pg_restore into `database`, which has a name of our own making.
 *
 * @param more further arguments: jobs, and a file to read in place of the standard input
 * @throws HoldfastError `restore-failed` with its last words
 */
export async function runPgRestore(
  server: PostgresServer,
  database: string,
  input: CommandInput,
  signal: AbortSignal,
  more: readonly string[] = [],
): Promise<void> {
  const result = await server.runner.run({
    command: [
      clientProgram(server, 'pg_restore'),
      '--exit-on-error',
      '--no-password',
      `--dbname=${database}`,
      ...more,
    ],
    environment: { ...libpqEnvironment(server, database), PGOPTIONS: sessionOptions },
    input,
    signal,
    timeoutMs,
  });
  if (result.exitCode === 0) return;
  throw new HoldfastError(
    'restore-failed',
    `pg_restore ended with status ${result.exitCode}: ${lastWords(result.stderr)}`,
  );
}
