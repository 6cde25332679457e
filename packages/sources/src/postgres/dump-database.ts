import { HoldfastError } from '@holdfast/runtime';
import { whyContainerStopped } from '../container/why-stopped.ts';
import { runEndingWithClient } from '../end-with-client.ts';
import type { Sink } from '../source.ts';
import type { ConnectedServer } from './connected-server.ts';
import { clientProgram, connectionArguments, lastWords, libpqEnvironment, psqlError } from './psql.ts';
import type { FoundDatabase } from './survey.ts';

/** What the custom format of pg_dump begins with. */
export const dumpMagic = Buffer.from('PGDMP');
/** The header and table of contents of an empty database are longer. */
export const dumpMinimumBytes = 500;

/** How long pg_dump waits for a table that somebody else holds locked. */
const lockWaitMs = 5 * 60_000;

/**
 * Writes the dump of one database, as an exported snapshot has it, to the sink. Uncompressed: compression belongs
 * to restic, which would find nothing to deduplicate otherwise.
 *
 * @throws HoldfastError `dump-failed` with pg_dump's words, `container-lost` when the container stopped
 */
export async function dumpDatabase(
  connected: ConnectedServer,
  database: Pick<FoundDatabase, 'name' | 'encoding'>,
  snapshotId: string,
  sink: Pick<Sink, 'descriptor' | 'signal'>,
): Promise<void> {
  const { server, container } = connected;
  const { PGCLIENTENCODING: _, ...environment } = libpqEnvironment(server, database.name);
  const result = await runEndingWithClient(server.runner, {
    command: [
      clientProgram(server, 'pg_dump'),
      ...connectionArguments(server),
      '--format=custom',
      '--compress=0',
      '--no-password',
      `--snapshot=${snapshotId}`,
      `--lock-wait-timeout=${lockWaitMs}`,
      `--encoding=${database.encoding}`,
    ],
    environment,
    output: { descriptor: sink.descriptor },
    signal: sink.signal,
  });
  if (result.exitCode === 0) return;
  const gone = container && (await whyContainerStopped(container.docker, container.details.id));
  if (gone !== undefined) {
    throw new HoldfastError('container-lost', `${gone} The dump of "${database.name}" was not complete.`);
  }
  const words = lastWords(result.stderr) || 'nothing';
  const rejected = psqlError(result.stderr, database.name);
  if (rejected.code === 'credentials-rejected') throw rejected;
  throw new HoldfastError(
    'dump-failed',
    `pg_dump of database "${database.name}" ended with status ${result.exitCode} and said: ${words}`,
  );
}
