import type { Proof, SnapshotPart } from '@holdfast/contracts';

/** The state of one source at one time, as Holdfast's own record has it. */
export interface StoredSnapshot {
  readonly id: string;
  /** Order of arrival here, which no clock can change. */
  readonly arrival: number;
  readonly sourceId: string;
  readonly sourceName: string;
  readonly kind: string;
  readonly container?: string;
  readonly destinationId: string;
  readonly repositoryId: string;
  readonly operationId: string;
  readonly time: string;
  readonly bytes: number;
  readonly bytesAdded: number;
  readonly durationMs: number;
  readonly state: 'good' | 'suspicious';
  readonly manifestResticId: string;
  readonly parts: readonly SnapshotPart[];
  readonly counts: Readonly<Record<string, number>>;
  readonly proof?: Proof;
}
