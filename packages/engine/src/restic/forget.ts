import type { Repository, RunOptions } from '../engine.ts';
import type { ResticSettings } from './restic-settings.ts';
import { runRestic } from './run-restic.ts';

/** Removes snapshots by their full ids, all in one command. Ids that are gone already are no error. */
export async function forget(
  settings: ResticSettings,
  repository: Repository,
  resticIds: readonly string[],
  options: RunOptions = {},
): Promise<void> {
  // Without ids restic would want a policy.
  if (resticIds.length === 0) return;
  await runRestic({ settings, repository, arguments: ['forget', ...resticIds], options });
}
