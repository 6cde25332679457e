import type { CallOptions } from './destination.ts';

/** A file that a store holds whole. */
export interface StoredFile {
  readonly key: string;
  readonly bytes: number;
}

/**
 * Storage of files of any size, which pass through as streams: what Holdfast keeps of itself. Keys are as in
 * `ObjectStore`, relative to the place that the settings name.
 */
export interface FileStore {
  /**
   * Stores a file under a new name. It appears complete or not at all, also when the body fails midway.
   * @returns its size as the storage reports it afterwards
   * @throws HoldfastError `destination-failed` when that is not what was sent
   */
  put(key: string, body: AsyncIterable<Uint8Array>, options?: CallOptions): Promise<number>;
  /** The content, in pieces. @throws HoldfastError `not-found` when there is no such file */
  get(key: string, options?: CallOptions): Promise<AsyncIterable<Uint8Array>>;
  /** Every file whose key begins with these characters, sorted by key. */
  list(prefix: string, options?: CallOptions): Promise<StoredFile[]>;
  /** Deleting what is not there succeeds. */
  delete(key: string, options?: CallOptions): Promise<void>;
  /** Where a file is, as a person names it: `s3://bucket/key`, `azure://container/blob`, `file:///path`. */
  uriOf(key: string): string;
  /** The key of an address in this place; undefined for what lies elsewhere. */
  keyOf(uri: string): string | undefined;
  close(): Promise<void>;
}
