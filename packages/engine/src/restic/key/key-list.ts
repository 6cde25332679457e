import type { Repository, RepositoryKey, RunOptions } from '../../engine.ts';
import { keyListSchema } from '../restic-output.ts';
import type { ResticSettings } from '../restic-settings.ts';
import { runRestic } from '../run-restic.ts';

/** The keys of a repository; says with it which one the password belongs to. */
export async function listKeys(
  settings: ResticSettings,
  repository: Repository,
  options: RunOptions = {},
): Promise<RepositoryKey[]> {
  const { stdout } = await runRestic({
    settings,
    repository,
    // Reading needs no lock, and works where nothing may be written.
    arguments: ['key', 'list', '--no-lock'],
    stdout: 'capture',
    options,
  });
  return keyListSchema.parse(JSON.parse(stdout.toString()));
}
