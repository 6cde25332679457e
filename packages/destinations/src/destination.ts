import type { ProbeResult } from '@holdfast/contracts';
import type { SecretEnvironment } from '@holdfast/runtime';
import type { z } from 'zod';
import type { MonthlyCost, StoragePrice } from './cost.ts';

/**
 * What restic needs to reach a place inside a destination. It is passed on as it is: an adapter that needs
 * more from restic (a CA certificate, for example) says so in `environment` or `options`.
 */
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

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface ProbeOptions extends CallOptions {
  /** Deadline of each step in milliseconds; 10 seconds unless told. */
  readonly timeoutMs?: number;
}

/**
 * Plain storage of small objects, for what restic does not do itself (a key file, a probe).
 * Keys are relative to the destination's prefix, with `/` between folders; a segment is never empty, `.` or `..`.
 */
export interface ObjectStore {
  /** Replaces an existing object. A reader sees the old body or the new one, whole. */
  put(key: string, body: Uint8Array, options?: CallOptions): Promise<void>;
  /** @throws HoldfastError `not-found` when there is no such object. */
  get(key: string, options?: CallOptions): Promise<Uint8Array>;
  /** Every key that begins with these characters, sorted. */
  list(prefix: string, options?: CallOptions): Promise<string[]>;
  /** Deleting what is not there succeeds. */
  delete(key: string, options?: CallOptions): Promise<void>;
}

/** What there is of a place, in bytes. */
export interface Space {
  /** What Holdfast may still use. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/**
 * A kind of storage. Adding one is a folder beside this file, one line in `registry.ts`, and passing
 * `testing/destination-suite.ts` against the real thing.
 */
export interface DestinationKind<Settings> {
  readonly kind: string;
  readonly traits: DestinationTraits;
  /**
   * Validates and completes what a person enters. Unknown fields are errors. What it returns can be parsed
   * again with the same result; secrets are accepted as text and as `Secret`, and are `Secret` afterwards.
   */
  readonly settings: z.ZodType<Settings>;
  /** Names of the settings that hold secrets: they are kept in the vault and never shown. */
  readonly secretSettings: readonly (keyof Settings & string)[];
  /** Where it is, in one line without secrets. */
  describe(settings: Settings): string;
  /** What the provider asks for storage, where it is known. */
  price?(settings: Settings): StoragePrice | undefined;
  /** Where it can be known. */
  space?(settings: Settings): Promise<Space>;
  /**
   * Access to the restic repository at `restic/<name>` inside the destination.
   * @throws HoldfastError `source-name-invalid` for a name that is not a plain folder name.
   */
  access(settings: Settings, repositoryName: string): Access;
  objects(settings: Settings): ObjectStore;
  /**
   * Writes, reads back, lists and deletes a small object; says in plain words what is wrong. Never throws for
   * a wrong setting: the error is part of the result. Leaves nothing behind, unless the storage refuses to delete.
   * @throws HoldfastError `cancelled`
   */
  probe(settings: Settings, options?: ProbeOptions): Promise<ProbeResult>;
}

/** One destination: a kind together with settings that were validated. What everybody outside this package uses. */
export interface Destination {
  readonly kind: string;
  readonly traits: DestinationTraits;
  /** The completed settings, to be stored; those that `secretSettings` names are `Secret`. */
  readonly settings: Readonly<Record<string, unknown>>;
  describe(): string;
  /** An estimate from the provider's published price; undefined where none is known. */
  monthlyCost(bytes: number): MonthlyCost | undefined;
  /** Undefined where it cannot be known. */
  space(): Promise<Space | undefined>;
  access(repositoryName: string): Access;
  objects(): ObjectStore;
  probe(options?: ProbeOptions): Promise<ProbeResult>;
}
