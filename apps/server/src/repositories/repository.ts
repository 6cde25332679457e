import type { Failure } from '@holdfast/contracts';

/** A restic repository, as recorded: one source's, in one destination. */
export interface StoredRepository {
  readonly id: string;
  readonly sourceId: string;
  readonly destinationId: string;
  /** Below `restic/` in the destination. */
  readonly path: string;
  readonly initialised: boolean;
  /** The team key that opens it; also of one that is just being made with it. */
  readonly teamKeyId?: string;
  /** Whether keys that it had before may still open it. */
  readonly hasOldKeys: boolean;
  readonly lastCheck?: { readonly time: string; readonly error?: Failure };
}
