/** What became of one source in a recovery point. */
export interface PointMember {
  readonly sourceId: string;
  readonly sourceName: string;
  readonly kind: string;
  /** Absent when it failed, or when the snapshot was removed since. */
  readonly snapshotId?: string;
  /** Why it failed. */
  readonly error?: string;
  /** A restore of its snapshot was compared and found equal; known of what was stored. */
  readonly proven?: boolean;
}

/** The snapshots of one environment that one pass took, as Holdfast's own record has them. */
export interface StoredRecoveryPoint {
  readonly id: string;
  /** Order of arrival here, which no clock can change. */
  readonly arrival: number;
  readonly environment: string;
  readonly destinationId: string;
  /** The pass. */
  readonly operationId: string;
  /** That of its oldest snapshot: what was written later may be missing. */
  readonly time: string;
  readonly state: 'complete' | 'partial';
  readonly members: readonly PointMember[];
  /** The source that keeps how the environment is built. */
  readonly definition: PointMember;
}

export type NewRecoveryPoint = Omit<StoredRecoveryPoint, 'id' | 'arrival' | 'state'>;
