import type { Repository, RunOptions } from '../engine.ts';
import { statsSchema } from './restic-output.ts';
import type { ResticSettings } from './restic-settings.ts';
import { runRestic } from './run-restic.ts';

/** What the snapshots take in the repository, after deduplication and compression. */
export async function storedBytes(
  settings: ResticSettings,
  repository: Repository,
  options: RunOptions = {},
): Promise<number> {
  const { stdout } = await runRestic({
    settings,
    repository,
    arguments: ['stats', '--mode=raw-data'],
    stdout: 'capture',
    options,
  });
  // Progress may come before the result.
  const last = stdout.toString().trim().split('\n').at(-1) ?? '';
  return statsSchema.parse(JSON.parse(last)).total_size;
}
