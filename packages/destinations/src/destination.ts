import type { ProbeResult } from '@holdfast/contracts';
import type { SecretEnvironment } from '@holdfast/runtime';
import type { z } from 'zod';

/** What restic needs to reach a place inside a destination. */
export interface Access {
  /** What `restic -r` takes. */
  readonly location: string;
  /** Variables for restic, credentials among them. */
  readonly environment: SecretEnvironment;
  /** Values for `restic -o`, for example `s3.bucket-lookup=path`. */
  readonly options: readonly string[];
}

export interface DestinationTraits {
  /** Storage on this machine: lost together with it. */
  readonly onThisMachine: boolean;
}

/**
 * Plain storage of small objects, for what restic does not do itself (a key file, a probe).
 * Keys are relative to the destination's prefix, with `/` between folders.
 */
export interface ObjectStore {
  put(key: string, body: Uint8Array): Promise<void>;
  /** @throws HoldfastError `not-found` when there is no such object. */
  get(key: string): Promise<Uint8Array>;
  list(prefix: string): Promise<string[]>;
  /** Deleting what is not there succeeds. */
  delete(key: string): Promise<void>;
}

/**
 * A kind of storage. Adding one is a folder beside this file, one line in `registry.ts`, and passing
 * `testing/destination-suite.ts` against the real thing.
 */
export interface DestinationKind<Settings> {
  readonly kind: string;
  readonly traits: DestinationTraits;
  /** Validates and completes what a person enters. Unknown fields are errors. */
  readonly settings: z.ZodType<Settings>;
  /** Names of the settings that hold secrets: they are kept in the vault and never shown. */
  readonly secretSettings: readonly (keyof Settings & string)[];
  /** Where it is, in one line without secrets. */
  describe(settings: Settings): string;
  /** Access to the restic repository at `restic/<name>` inside the destination. */
  access(settings: Settings, repositoryName: string): Access;
  objects(settings: Settings): ObjectStore;
  /**
   * Writes, reads back, lists and deletes a small object; says in plain words what is wrong. Never throws for
   * a wrong setting: the error is part of the result. Leaves nothing behind.
   */
  probe(settings: Settings, options?: { signal?: AbortSignal; timeoutMs?: number }): Promise<ProbeResult>;
}
