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
  const pipe = await createAnonymousPipe();
  const writeEnd = pipe.openWriteEnd();
  const readEnd = pipe.openReadEnd();
  // From now on each side learns when the other is gone.
  pipe.close();
  const stop = new AbortController();
  let firstFailure: { error: unknown } | undefined;
  const noteFailure = (error: unknown) => {
    firstFailure ??= { error };
    stop.abort();
  };
  const reading = reader
    .toDescriptor(writeEnd)
    .catch(noteFailure)
    .finally(() => closeSync(writeEnd));
  const loading = runPgRestore(
    server,
    database,
    { descriptor: readEnd },
    AbortSignal.any([signal, stop.signal]),
  )
    .catch(noteFailure)
    .finally(() => closeSync(readEnd));
  await Promise.all([reading, loading]);
  if (firstFailure !== undefined) throw firstFailure.error;
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
