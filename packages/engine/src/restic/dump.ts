import { PassThrough } from 'node:stream';
import type { Dump, DumpOptions, Repository } from '../engine.ts';
import { runRestic } from './restic-command.ts';
import type { ResticSettings } from './restic-settings.ts';

/** Writes one file of a snapshot to a descriptor, or gives it as a stream. */
export function dump(settings: ResticSettings, repository: Repository, options: DumpOptions): Dump {
  const command = ['dump', options.resticId, options.path] as const;
  if (options.descriptor !== undefined) {
    const { descriptor } = options;
    const done = runRestic({ settings, repository, arguments: command, stdout: { descriptor }, options });
    return { done: settled(done) };
  }
  const stream = new PassThrough();
  const done = settled(
    runRestic({ settings, repository, arguments: command, stdout: { writable: stream }, options }),
  );
  return { stream, done };
}

/** Without its value, and with nobody harmed when it rejects before somebody looks. */
function settled(result: Promise<unknown>): Promise<void> {
  const done = result.then(() => {});
  done.catch(() => {});
  return done;
}
