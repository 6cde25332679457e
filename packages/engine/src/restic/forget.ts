import type { Repository, RunOptions } from '../engine.ts';
import { runRestic } from './restic-command.ts';
import type { ResticSettings } from './restic-settings.ts';
import { withoutStaleLocks } from './unlock.ts';

/** Removes snapshots by their full ids, all in one command. Ids that are gone already are no error. */
export async function forget(
  settings: ResticSettings,
  repository: Repository,
  resticIds: readonly string[],
  options: RunOptions = {},
): Promise<void> {
  if (resticIds.length === 0) return;
  await withoutStaleLocks(settings, repository, options, (call) =>
    runRestic({ ...call, arguments: ['forget', ...resticIds] }),
  );
}
