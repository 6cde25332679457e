import { HoldfastError } from '@holdfast/runtime';
import type { Repository, RunOptions } from '../engine.ts';
import type { ResticSettings } from './restic-settings.ts';
import { runRestic } from './run-restic.ts';

/**
 * Creates the repository; one that exists is left as it is when the password opens it.
 * @throws HoldfastError `repository-password-wrong` when it exists with another password
 */
export async function initialise(settings: ResticSettings, repository: Repository, options: RunOptions = {}) {
  try {
    // restic refuses to begin again where it finds a key and no config.
    await runRestic({ settings, repository, arguments: ['init'], outlivesHoldfast: true, options });
  } catch (error) {
    if (!saysThatItExists(error)) throw error;
    await runRestic({
      settings,
      repository,
      arguments: ['cat', 'config', '--no-lock'],
      stdout: 'capture',
      options,
    });
  }
}

function saysThatItExists(error: unknown): boolean {
  return (
    error instanceof HoldfastError && /config file already exists|already initialized/i.test(error.message)
  );
}
