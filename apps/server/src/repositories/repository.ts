import type { Failure } from '@holdfast/contracts';

/** A restic repository, as recorded: one source's, in one destination. */
export interface StoredRepository {
  readonly id: string;
  readonly sourceId: string;
  readonly destinationId: string;
  /** Below `restic/` in the destination. */
  readonly path: string;
  readonly initialised: boolean;
  readonly lastCheck?: { readonly time: string; readonly error?: Failure };
}
