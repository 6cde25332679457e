import type { Repository, RestoreOptions } from '../engine.ts';
import { batchByLength } from './batch-by-length.ts';
import type { ResticSettings } from './restic-settings.ts';
import { runRestic } from './run-restic.ts';

/** Restores files of a snapshot into a folder. */
export async function restore(
  settings: ResticSettings,
  repository: Repository,
  options: RestoreOptions,
): Promise<{ files: number; bytes: number }> {
  const patterns = options.include?.map((name) => `--include=${escapePattern(name)}`);
  const restored = { files: 0, bytes: 0 };
  for (const includes of patterns === undefined ? [[]] : batchByLength(patterns)) {
    const { report } = await runRestic({
      settings,
      repository,
      arguments: [
        'restore',
        `--target=${options.target}`,
        // Holes come back as holes: a sparse file may be far larger than its disk.
        '--sparse',
        ...includes,
        options.resticId,
      ],
      options,
    });
    const summary = report.summary();
    restored.files += summary?.files_restored ?? 0;
    restored.bytes += summary?.bytes_restored ?? 0;
  }
  return restored;
}

/** restic takes includes as patterns; these are names. */
function escapePattern(name: string): string {
  return name.replace(/[\\*?[\]]/g, String.raw`\$&`);
}
