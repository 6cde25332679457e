import { Readable } from 'node:stream';
import type { Reporter } from '@holdfast/runtime';
import type { PartReader } from '../source.ts';
import { runPgRestore } from './pg-restore.ts';
import type { PostgresServer } from './psql.ts';

export interface LoadContext {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** Loads through this process, chunk by chunk: what the engine's exec needs. */
export async function loadFromStream(
  server: PostgresServer,
  database: string,
  reader: PartReader,
  { reporter, signal }: LoadContext,
): Promise<void> {
  const { stream, done } = await reader.stream();
  const ending = trackEnding(done);
  const input = Readable.from(counted(stream, reader, reporter, ending), { objectMode: false });
  try {
    await runPgRestore(server, database, { readable: input }, signal);
  } catch (error) {
    // Whoever failed first is the cause; the other one only lost its partner.
    const cause = ending.failure ?? error;
    stream.destroy();
    throw cause;
  }
  // What pg_restore did not need to read must not keep the reader waiting.
  stream.resume();
  await done;
}

interface Ending {
  readonly done: Promise<void>;
  /** Why the reader failed, once it has. */
  failure?: unknown;
}

function trackEnding(done: Promise<void>): Ending {
  const ending: Ending = { done };
  done.catch((error: unknown) => {
    ending.failure ??= error;
  });
  return ending;
}

/** Ends only when the reader says that all of it was there; else it fails, so that pg_restore sees no end. */
async function* counted(
  stream: Readable,
  reader: PartReader,
  reporter: Reporter,
  ending: Ending,
): AsyncGenerator<Buffer> {
  let bytesDone = 0;
  const chunks = stream.iterator({ destroyOnReturn: false });
  for (;;) {
    // Only what the reader fails with counts as its failure; a consumer that goes away is thrown in at the yield.
    const next: IteratorResult<Buffer> = await chunks.next().catch((error: unknown) => {
      ending.failure ??= error;
      throw error;
    });
    if (next.done === true) break;
    bytesDone += next.value.length;
    reporter.progress({ bytesDone, bytesTotal: reader.part.bytes });
    yield next.value;
  }
  await ending.done;
}
