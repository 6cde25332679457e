import type { Repository, RestoreOptions } from '../engine.ts';
import type { ResticSettings } from './restic-settings.ts';
import { runRestic } from './run-restic.ts';

/** Restores files of a snapshot into a folder. */
export async function restore(
  settings: ResticSettings,
  repository: Repository,
  options: RestoreOptions,
): Promise<{ files: number; bytes: number }> {
  const { report } = await runRestic({
    settings,
    repository,
    arguments: [
      'restore',
      `--target=${options.target}`,
      // Holes come back as holes: a sparse file may be far larger than its disk.
      '--sparse',
      ...(options.include ?? []).map((pattern) => `--include=${escapePattern(pattern)}`),
      options.resticId,
    ],
    options,
  });
  const summary = report.summary();
  return { files: summary?.files_restored ?? 0, bytes: summary?.bytes_restored ?? 0 };
}

/** restic takes includes as patterns; these are names. */
function escapePattern(name: string): string {
  return name.replace(/[\\*?[\]]/g, String.raw`\$&`);
}
