import type { StoredSnapshot } from '../snapshots/snapshot.ts';
import type { StoredSource } from '../sources/source.ts';

/** A snapshot to be drilled, and the source that it is of. */
export interface DrillTarget {
  readonly sourceId: string;
  readonly snapshotId: string;
}

/**
 * What a scheduled pass drills: the latest good snapshot of each protected source. Those that were never proven come first,
 * then those whose proof is oldest, so that a pass that is cut short gets round to all in the end.
 */
export function scheduledTargets(
  sources: readonly StoredSource[],
  snapshotsOf: (source: StoredSource) => readonly StoredSnapshot[],
): DrillTarget[] {
  return sources
    .filter((source) => source.protected)
    .toSorted((a, b) => (a.lastVerified ?? '').localeCompare(b.lastVerified ?? ''))
    .flatMap((source) => {
      const good = snapshotsOf(source).filter(({ state }) => state === 'good');
      const [latest] = good.toSorted((a, b) => b.arrival - a.arrival);
      return latest === undefined ? [] : [{ sourceId: source.id, snapshotId: latest.id }];
    });
}
