import { availableParallelism } from 'node:os';
import type { PartReader } from '../source.ts';
import { loadFromMemory, loadFromPipe } from './load-descriptor.ts';
import { type LoadContext, loadFromStream } from './load-stream.ts';
import { memoryFileFits } from './memory-file.ts';
import type { PostgresServer } from './psql.ts';

/** Below this, one session is as fast as several. */
const parallelFromBytes = 32 * 1024 * 1024;
const mostJobs = 8;

/**
 * Loads a dump into an empty database with the container's own pg_restore, which ends at the first error.
 * The dump is never on a disk: it streams through, or lies in memory for several sessions to read at once.
 *
 * @param database a name of our own making, safe on a command line
 * @throws HoldfastError `restore-failed` with the words of pg_restore; those of the reader; `cancelled`
 */
export async function loadDatabase(
  server: PostgresServer,
  database: string,
  reader: PartReader,
  context: LoadContext,
): Promise<void> {
  if (server.runner.dataPath !== 'direct') return loadFromStream(server, database, reader, context);
  const jobs = Math.min(availableParallelism(), mostJobs);
  const { bytes } = reader.part;
  if (jobs > 1 && bytes >= parallelFromBytes && (await memoryFileFits(bytes))) {
    return loadFromMemory(server, database, reader, jobs, context);
  }
  return loadFromPipe(server, database, reader, context);
}
