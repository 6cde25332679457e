import type { Repository, RunOptions } from '../engine.ts';
import type { ResticSettings } from './restic-settings.ts';
import { runOnce } from './run-once.ts';

/** Removes stale locks: of a dead process of this host, or older than 30 minutes. Safe while others work. */
export async function unlock(
  settings: ResticSettings,
  repository: Repository,
  options: RunOptions = {},
): Promise<void> {
  await runOnce({ settings, repository, arguments: ['unlock'], options }, 0);
}
