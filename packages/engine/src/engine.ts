import type { Readable, Writable } from 'node:stream';
import type { Access } from '@holdfast/destinations';
import type { Secret } from '@holdfast/runtime';

/** A restic repository and what opens it. */
export interface Repository {
  readonly access: Access;
  readonly password: Secret;
  /** The id of the key that the password belongs to: restic tries it first (each wrong one costs time). */
  readonly keyHint?: string;
  /** Stable per agent, so that a lock of a dead process of ours is recognised as ours. */
  readonly host: string;
}

export interface EngineProgress {
  readonly bytesDone: number;
  readonly bytesTotal?: number;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EngineProgress) => void;
  /** What restic says on standard error that is neither progress nor an error, secrets removed. */
  readonly onMessage?: (line: string) => void;
  /** How long to wait while somebody else holds the repository locked, where the engine's own patience is too much. */
  readonly lockWaitMs?: number;
}

export interface BackupOptions extends RunOptions {
  readonly tags: readonly string[];
  /** The instant that the data shows; restic keeps whole seconds of it. */
  readonly time: Date;
}

/**
 * Where a producer writes the bytes of one stream. The snapshot is made only when the producer's promise
 * resolves: until then the engine holds restic's standard input open, and when the promise rejects (or this
 * process dies) restic is killed before it can see an end of file.
 */
export interface StreamSink {
  /**
   * A blocking descriptor to hand to a child as its standard output; the bytes do not pass through this
   * process. It belongs to the sink: do not close it.
   */
  readonly descriptor: number;
  /** For producers inside this process; respects back-pressure. Call at most once, and end it when done. */
  writable(): Writable;
  /** Aborted when restic died or the operation was cancelled: stop producing. */
  readonly signal: AbortSignal;
}

export interface StreamBackup extends BackupOptions {
  /** Absolute path under which the stream appears in the snapshot. */
  readonly path: string;
  /** Bytes that the stream must begin with. */
  readonly magic?: Uint8Array;
  /** Fewer bytes than this are not a valid stream; no stream is valid when it is empty. */
  readonly minimumBytes?: number;
  /** Resolves only when the producer is known to have succeeded, its exit status included. */
  readonly produce: (sink: StreamSink) => Promise<void>;
}

export interface PathBackup extends BackupOptions {
  /** Absolute folder whose content becomes the root of the snapshot. */
  readonly root: string;
  readonly excludes: readonly string[];
}

export interface BackupResult {
  readonly resticId: string;
  readonly bytesRead: number;
  /** Stored after deduplication and compression. */
  readonly bytesAdded: number;
  readonly files: number;
  /** Without the root itself. */
  readonly folders: number;
}

export interface ResticSnapshot {
  readonly id: string;
  readonly time: Date;
  readonly host: string;
  readonly tags: readonly string[];
  readonly paths: readonly string[];
}

export interface DumpOptions extends RunOptions {
  readonly resticId: string;
  readonly path: string;
  /** A descriptor that the bytes go to directly; without it they are given as a stream. */
  readonly descriptor?: number;
}

export interface Dump {
  /** Absent when a descriptor was given. */
  readonly stream?: Readable;
  /** Rejects when restic failed: bytes read before that must not be trusted. */
  readonly done: Promise<void>;
}

/** A file, folder or other thing in a snapshot. Bytes of a name that are no UTF-8 show as U+FFFD. */
export interface SnapshotEntry {
  readonly name: string;
  /** From the root of the snapshot, beginning with a slash. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'link' | 'other';
  /** Of a file. */
  readonly bytes?: number;
  readonly modified?: Date;
}

export interface ListOptions extends RunOptions {
  readonly resticId: string;
  /** Absolute paths of the snapshot, `/` for all. One that does not exist is no error: nothing is told of it. */
  readonly paths: readonly string[];
  /** Also what lies in the folders that lie there, down to the last one. */
  readonly recursive?: boolean;
  /** Told of each path itself (but the root), then of what lies in it, sorted by name. */
  readonly onEntry: (entry: SnapshotEntry) => void;
}

export interface RestoreOptions extends RunOptions {
  readonly resticId: string;
  readonly target: string;
  /** Only these absolute paths of the snapshot. */
  readonly include?: readonly string[];
}

/** A key of a repository, as the repository lists it. */
export interface RepositoryKey {
  readonly id: string;
  /** Whether it is the one that the given password belongs to. */
  readonly current: boolean;
  readonly userName: string;
  readonly hostName: string;
}

export interface NewKey {
  /** Neither empty nor with space around it: restic would read it as another one. */
  readonly password: Secret;
  readonly userName: string;
  readonly hostName: string;
}

/** The storage engine. The only implementation is restic; `engine-suite.ts` says what it has to do. */
export interface Engine {
  /** @throws HoldfastError `engine-missing` */
  version(): Promise<string>;
  /** Creates the repository. Succeeds when it exists already and the password opens it. */
  initialise(repository: Repository, options?: RunOptions): Promise<void>;
  /** @throws HoldfastError; no snapshot exists then, in every case. */
  backupStream(repository: Repository, backup: StreamBackup): Promise<BackupResult>;
  backupPaths(repository: Repository, backup: PathBackup): Promise<BackupResult>;
  snapshots(repository: Repository, options?: RunOptions & { tag?: string }): Promise<ResticSnapshot[]>;
  dump(repository: Repository, options: DumpOptions): Promise<Dump>;
  list(repository: Repository, options: ListOptions): Promise<void>;
  restore(repository: Repository, options: RestoreOptions): Promise<{ files: number; bytes: number }>;
  /** Removes snapshots, not data. Ids that are gone already are no error. */
  forget(repository: Repository, resticIds: readonly string[], options?: RunOptions): Promise<void>;
  prune(repository: Repository, options?: RunOptions): Promise<{ bytesFreed: number }>;
  /** @throws HoldfastError `repository-corrupt` */
  check(repository: Repository, options?: RunOptions & { readDataSubset?: string }): Promise<void>;
  /** Removes stale locks only (dead process of the same host, or older than 30 minutes). */
  unlock(repository: Repository, options?: RunOptions): Promise<void>;
  storedBytes(repository: Repository, options?: RunOptions): Promise<number>;
  /** @throws HoldfastError `repository-password-wrong`, `repository-missing` */
  keys(repository: Repository, options?: RunOptions): Promise<RepositoryKey[]>;
  /** One more password that opens the repository; those that do already go on doing so. */
  addKey(repository: Repository, key: NewKey, options?: RunOptions): Promise<void>;
  /** Its password opens the repository no more. The key that opened it for this call stays: that is an error. */
  removeKey(repository: Repository, id: string, options?: RunOptions): Promise<void>;
}
