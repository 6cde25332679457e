import { closeSync } from 'node:fs';
import { createAnonymousPipe, HoldfastError } from '@holdfast/runtime';
import type { PartReader } from '../source.ts';
import type { LoadContext } from './load-stream.ts';
import { openMemoryFile } from './memory-file.ts';
import { runPgRestore } from './pg-restore.ts';
import type { PostgresServer } from './psql.ts';

/** Loads from a pipe between the reader's process and pg_restore: no byte passes through this process. */
export async function loadFromPipe(
  server: PostgresServer,
  database: string,
  reader: PartReader,
  { signal }: LoadContext,
): Promise<void> {
  const pipe = createAnonymousPipe();
  const writeEnd = pipe.openWriteEnd();
  const stop = new AbortController();
  let failure: unknown;
  const fail = (error: unknown): never => {
    failure ??= error;
    throw error;
  };
  const reading = reader.toDescriptor(writeEnd).catch((error: unknown) => {
    // Before the pipe is closed: pg_restore must not take the cut for the end.
    stop.abort();
    return fail(error);
  });
  const closing = reading.finally(() => {
    closeSync(writeEnd);
    pipe.close();
  });
  const loading = runPgRestore(
    server,
    database,
    { descriptor: pipe.readEnd },
    AbortSignal.any([signal, stop.signal]),
  )
    .catch(fail)
    // Without a reader of the pipe, the writer ends too.
    .finally(() => pipe.close());
  await Promise.allSettled([closing, loading]);
  if (failure !== undefined) throw failure;
}

/**
 * Loads from memory, with several sessions at once: they build indexes, and load tables, beside each other. For that
 * pg_restore has to open its archive anew for each of them.
 */
export async function loadFromMemory(
  server: PostgresServer,
  database: string,
  reader: PartReader,
  jobs: number,
  context: LoadContext,
): Promise<void> {
  const file = openMemoryFile();
  try {
    await reader.toDescriptor(file.descriptor);
    await runPgRestore(server, database, { descriptor: file.openForReading() }, context.signal, [
      `--jobs=${jobs}`,
      '/proc/self/fd/0',
    ]);
  } catch (error) {
    if (!cannotOpen(error)) throw error;
    context.reporter.log('warn', 'The container cannot open the dump in memory; loading with one session.');
    await loadFromPipe(server, database, reader, context);
  } finally {
    file.close();
  }
}

/** Some security modules let a process read what it was handed, but not open it again. */
function cannotOpen(error: unknown): boolean {
  return error instanceof HoldfastError && /could not open input file/.test(error.message);
}
