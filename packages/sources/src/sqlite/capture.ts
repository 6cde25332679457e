import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { HoldfastError } from '@holdfast/runtime';
import { cancellationOf } from '../files/cancellation.ts';
import type { Capture, CaptureContext, Sink } from '../source.ts';
import { damaged, readingError } from './database-errors.ts';
import { type DatabaseFile, examineDatabaseFile } from './database-file.ts';
import type { SqliteDetails } from './details.ts';
import { smallestDatabase, sqliteMagic } from './file-format.ts';
import { hashAlgorithm, hashText } from './file-hash.ts';
import { partPathOf, type SqliteLocator } from './locator.ts';
import { runDatabaseTask } from './run-task.ts';
import type { CopyResult } from './tasks.ts';
import { makeCopyFolder } from './work-folder.ts';

const progressEveryMs = 500;

/**
 * Copies the live database (its write-ahead log included) as of one instant, checks and counts the copy, and
 * offers it as a stream. The copy's name is gone before this returns: only an open descriptor holds it, so it
 * goes away with the process whatever happens.
 *
 * @throws HoldfastError `source-unreadable` (missing, not allowed, locked, no room for the copy), `source-corrupt`
 */
export async function captureSqlite(locator: SqliteLocator, context: CaptureContext): Promise<Capture> {
  const file = await examineDatabaseFile(locator.path);
  const { handle, bytes, result } = await takeCopy(file, locator.path, context);
  const partPath = partPathOf(locator.path);
  let hash: string | undefined;
  return {
    parts: [
      {
        type: 'stream',
        path: partPath,
        magic: sqliteMagic,
        minimumBytes: smallestDatabase,
        expectedBytes: bytes,
        produce: async (sink) => {
          hash = await produce(handle.fd, bytes, sink, context.signal);
        },
      },
    ],
    facts: async () => ({
      counts: result.inspection.counts,
      ...(hash === undefined ? {} : { hashes: { [partPath]: hash } }),
      versions: { sqlite: result.inspection.sqliteVersion },
      warnings: result.inspection.warnings,
      details: detailsOf(locator.path, file, result),
      attachments: [],
    }),
    close: () => handle.close(),
  };
}

async function takeCopy(
  file: DatabaseFile,
  shownPath: string,
  { operationId, reporter, signal }: CaptureContext,
) {
  const folder = await makeCopyFolder(file.path, file.bytes, operationId);
  try {
    const copy = path.join(folder.path, 'copy');
    reporter.step(folder.inMemory ? 'copying into memory' : 'copying beside the database');
    const ticker = setInterval(() => {
      void stat(copy).then(
        ({ size }) => reporter.progress({ bytesDone: size, bytesTotal: file.bytes }),
        () => undefined,
      );
    }, progressEveryMs);
    try {
      const result = await runDatabaseTask({ type: 'copy', source: file.path, copy }, signal);
      if (result.inspection.problems.length > 0) throw damaged(shownPath, result.inspection.problems);
      const handle = await open(copy, 'r');
      return { handle, bytes: (await handle.stat()).size, result };
    } catch (error) {
      throw await readingError(shownPath, error);
    } finally {
      clearInterval(ticker);
    }
  } finally {
    await folder.remove();
  }
}

/** @returns the hash of what was written, see `hashOfFile` */
async function produce(descriptor: number, bytes: number, sink: Sink, signal: AbortSignal): Promise<string> {
  // Read through the descriptor's own name: every call starts at the beginning and leaves the descriptor open.
  const copy = await open(`/proc/self/fd/${descriptor}`, 'r');
  const stream = copy.createReadStream({ highWaterMark: 1024 * 1024 });
  const hash = createHash(hashAlgorithm);
  async function* hashed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  }
  try {
    await pipeline(stream, hashed, sink.writable(), { signal: AbortSignal.any([sink.signal, signal]) });
  } catch (error) {
    throw signal.aborted ? cancellationOf(signal) : error;
  }
  if (stream.bytesRead !== bytes) {
    throw new HoldfastError(
      'dump-failed',
      `The copy has ${bytes} bytes, of which ${stream.bytesRead} were read.`,
    );
  }
  return hashText(hash);
}

function detailsOf(
  shownPath: string,
  file: DatabaseFile,
  { journalMode, form, inspection }: CopyResult,
): SqliteDetails {
  const { pageSize, encoding, userVersion, applicationId, check } = inspection;
  return {
    fileName: path.basename(shownPath),
    ownership: file.ownership,
    journalMode,
    pageSize,
    encoding,
    userVersion,
    applicationId,
    form,
    check,
  };
}
