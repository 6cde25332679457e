import { asHoldfastError } from '@holdfast/runtime';
import type { Repository, RunOptions } from '../engine.ts';
import type { ResticSettings } from './restic-settings.ts';
import { runOnce } from './run-once.ts';

/** Each time another one removes a lock first, there is one less to meet over. */
const attempts = 5;

/** What restic says of a lock that was there when it looked, and was gone when it came to remove it. */
const removedByAnother = /\blocks\/[0-9a-f]+: no such file or directory/i;

/** Removes stale locks: of a dead process of this host, or older than 30 minutes. Safe while others do the same. */
export async function unlock(
  settings: ResticSettings,
  repository: Repository,
  options: RunOptions = {},
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await runOnce({ settings, repository, arguments: ['unlock'], options }, 0);
      return;
    } catch (error) {
      if (attempt === attempts || !removedByAnother.test(asHoldfastError(error).message)) throw error;
    }
  }
}
