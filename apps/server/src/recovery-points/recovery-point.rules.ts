import type { NewRecoveryPoint, PointMember, StoredRecoveryPoint } from './recovery-point.ts';

/** What a snapshot is to the recovery point that it belongs to; retention goes by it. */
export interface Standing {
  readonly environment: string;
  readonly state: 'complete' | 'partial';
  /** Of the newest complete point of its environment in its destination: that one is kept whole. */
  readonly last: boolean;
}

/** A member that failed, the definition included, makes a point partial. */
export function stateOf(point: Pick<NewRecoveryPoint, 'members' | 'definition'>): 'complete' | 'partial' {
  return everyone(point).every((member) => member.snapshotId !== undefined) ? 'complete' : 'partial';
}

/**
 * By the id of each snapshot that belongs to a recovery point. A complete point is the last one only while
 * all its snapshots are there and good: else the one before it must not go.
 */
export function standings(
  points: readonly StoredRecoveryPoint[],
  good: ReadonlySet<string>,
): Map<string, Standing> {
  const settled = new Set<string>();
  const found = new Map<string, Standing>();
  for (const point of points.toSorted((a, b) => b.arrival - a.arrival)) {
    const { environment, state, destinationId } = point;
    const place = JSON.stringify([environment, destinationId]);
    const whole =
      state === 'complete' && everyone(point).every(({ snapshotId = '' }) => good.has(snapshotId));
    const last = whole && !settled.has(place);
    if (last) settled.add(place);
    for (const { snapshotId } of everyone(point)) {
      if (snapshotId !== undefined) found.set(snapshotId, { environment, state, last });
    }
  }
  return found;
}

function everyone({ members, definition }: Pick<NewRecoveryPoint, 'members' | 'definition'>): PointMember[] {
  return [...members, definition];
}
