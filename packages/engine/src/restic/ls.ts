import type { ListOptions, Repository, SnapshotEntry } from '../engine.ts';
import { batchByLength } from './batch-by-length.ts';
import { nodeSchema } from './restic-output.ts';
import type { ResticSettings } from './restic-settings.ts';
import { runRestic } from './run-restic.ts';

const types: Readonly<Record<string, SnapshotEntry['type']>> = {
  file: 'file',
  dir: 'directory',
  symlink: 'link',
};

/**
 * Tells of each path itself, where there is such a thing in the snapshot, and of what lies in it, in restic's order: by
 * the bytes of the names. Nothing is kept, however many there are.
 */
export async function list(
  settings: ResticSettings,
  repository: Repository,
  { resticId, paths, recursive = false, onEntry, ...options }: ListOptions,
): Promise<void> {
  const onLine = (line: string) => {
    const entry = entryIn(line);
    if (entry !== undefined) onEntry(entry);
  };
  // restic takes them as names, not as patterns; they begin with a slash, so that none is an option.
  for (const batch of batchByLength(paths)) {
    await runRestic({
      settings,
      repository,
      arguments: ['ls', ...(recursive ? ['--recursive'] : []), resticId, ...batch],
      stdout: { onLine },
      options,
    });
  }
}

function entryIn(line: string): SnapshotEntry | undefined {
  if (!line.startsWith('{')) return undefined;
  const node = nodeSchema.safeParse(parsed(line)).data;
  if (node === undefined) return undefined;
  const modified = new Date(node.mtime ?? Number.NaN);
  return {
    name: node.name,
    path: node.path,
    type: types[node.type] ?? 'other',
    ...(node.type === 'file' ? { bytes: node.size ?? 0 } : {}),
    ...(Number.isNaN(modified.getTime()) ? {} : { modified }),
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
