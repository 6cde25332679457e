import { HoldfastError, type SecretEnvironment } from '@holdfast/runtime';
import type { Repository } from '../engine.ts';
import type { ResticSettings } from './restic-settings.ts';

/** The environment of every restic command: what opens the repository, nothing of it in argv or on disk. */
export function resticEnvironment(settings: ResticSettings, repository: Repository): SecretEnvironment {
  return {
    ...repository.access.environment,
    RESTIC_REPOSITORY: repository.access.location,
    RESTIC_PASSWORD: repository.password,
    // restic reads and writes times in the zone of the process.
    TZ: 'UTC',
    RESTIC_PROGRESS_FPS: '4',
    ...(repository.keyHint === undefined ? {} : { RESTIC_KEY_HINT: repository.keyHint }),
    ...(settings.cacheDirectory === undefined ? {} : { RESTIC_CACHE_DIR: settings.cacheDirectory }),
  };
}

/** @param lockWaitMs how long restic itself waits for a lock; it looks again after 5 s, 10 s, 20 s… */
export function resticArguments(
  repository: Repository,
  command: readonly string[],
  lockWaitMs: number,
): string[] {
  return [
    ...command,
    '--json',
    `--retry-lock=${Math.ceil(lockWaitMs / 1000)}s`,
    ...repository.access.options.flatMap((option) => ['-o', option]),
  ];
}

/** `program-missing` in the words of this area; any other error as it is. */
export function engineMissing(error: unknown, { binary }: ResticSettings): unknown {
  if (!(error instanceof HoldfastError) || error.code !== 'program-missing') return error;
  return new HoldfastError('engine-missing', `There is no program ${binary}.`, { cause: error });
}
