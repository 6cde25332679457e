import type { Repository, ResticSnapshot, RunOptions } from '../engine.ts';
import { snapshotListSchema } from './restic-output.ts';
import type { ResticSettings } from './restic-settings.ts';
import { runRestic } from './run-restic.ts';

export interface SnapshotFilter {
  /** All of these tags. */
  readonly tags?: readonly string[];
  /** Exactly this host; without it, all. */
  readonly host?: string;
  readonly path?: string;
}

export async function listSnapshots(
  settings: ResticSettings,
  repository: Repository,
  filter: SnapshotFilter = {},
  options: RunOptions = {},
): Promise<(ResticSnapshot & { readonly startedAt?: Date })[]> {
  const { stdout } = await runRestic({
    settings,
    repository,
    arguments: [
      'snapshots',
      ...(filter.tags === undefined || filter.tags.length === 0 ? [] : [`--tag=${filter.tags.join(',')}`]),
      ...(filter.host === undefined ? [] : [`--host=${filter.host}`]),
      ...(filter.path === undefined ? [] : [`--path=${filter.path}`]),
    ],
    stdout: 'capture',
    options,
  });
  return snapshotListSchema.parse(JSON.parse(stdout.toString())).map((snapshot) => ({
    id: snapshot.id,
    time: snapshot.time,
    host: snapshot.hostname,
    tags: snapshot.tags ?? [],
    paths: snapshot.paths ?? [],
    ...(snapshot.summary === undefined ? {} : { startedAt: snapshot.summary.backup_start }),
  }));
}
