import type { Repository, RunOptions } from '../../engine.ts';
import type { ResticSettings } from '../restic-settings.ts';
import { runRestic } from '../run-restic.ts';

export async function removeKey(
  settings: ResticSettings,
  repository: Repository,
  id: string,
  options: RunOptions = {},
): Promise<void> {
  await runRestic({ settings, repository, arguments: ['key', 'remove', id], options });
}
