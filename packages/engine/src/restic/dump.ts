import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import type { Dump, DumpOptions, Repository } from '../engine.ts';
import type { ResticSettings } from './restic-settings.ts';
import { runRestic } from './run-restic.ts';

/**
 * Writes one file of a snapshot (a folder as a tar archive) to a descriptor, or gives it as a stream. The stream ends
 * only when restic succeeded; otherwise it breaks with the error.
 */
export function dump(settings: ResticSettings, repository: Repository, options: DumpOptions): Dump {
  const command = ['dump', options.resticId, options.path] as const;
  if (options.descriptor !== undefined) {
    const { descriptor } = options;
    return {
      done: finish(runRestic({ settings, repository, arguments: command, stdout: { descriptor }, options })),
    };
  }
  const stream = new PassThrough();
  const stdout = { writable: passInto(stream) };
  const done = runRestic({ settings, repository, arguments: command, stdout, options }).then(
    () => void stream.end(),
    (error: Error) => {
      stream.destroy(error);
      throw error;
    },
  );
  // A reader that gives up, or none at all, finds out by `done`.
  stream.on('error', () => {});
  return { stream, done: finish(done) };
}

/** Passes everything on but the end, which is not known to be one before restic's exit. */
function passInto(stream: PassThrough): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (stream.destroyed) return done(new Error('The reader gave up.'));
      if (stream.write(chunk)) return done();
      const settled = new AbortController();
      const go = (error?: Error) => {
        settled.abort();
        done(error);
      };
      const { signal } = settled;
      once(stream, 'drain', { signal }).then(
        () => go(),
        () => {},
      );
      once(stream, 'close', { signal }).then(
        () => go(new Error('The reader gave up.')),
        () => {},
      );
    },
  });
}

/** Without its value, and harmless when it rejects before somebody looks. */
function finish(result: Promise<unknown>): Promise<void> {
  const done = result.then(() => {});
  done.catch(() => {});
  return done;
}
