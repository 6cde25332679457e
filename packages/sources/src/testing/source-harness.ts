import type { CaptureContext, SourceKind } from '../source.ts';

/**
 * What a kind of source brings to `describeSourceSuite`: the real thing, made fresh for each check. Every function
 * works on the real server or file, never on a stand-in.
 */
export interface SourceHarness<Locator> {
  readonly kind: SourceKind<Locator>;
  /** Makes a live instance that holds known content, hostile names among it. */
  create(): Promise<LiveSource<Locator>>;
  /** What captures and restores of this kind need beside the operation's own id, reporter and signal. */
  readonly context?: Partial<CaptureContext>;
}

export interface LiveSource<Locator> {
  readonly locator: Locator;
  /**
   * All that must come back, as one comparable value: rows or bytes, and names, owners, modes, settings, whatever
   * the kind promises. Equal values mean an equal restore.
   */
  read(): Promise<unknown>;
  /** Changes content so that `read` gives another value; the source stays whole. */
  mutate(): Promise<void>;
  /** Destroys the source as an accident would (dropped, deleted, overwritten). `restore` must bring it back. */
  lose(): Promise<void>;
  /** Makes a capture impossible in a way that a person could meet. */
  breakCapture(): Promise<void>;
  /**
   * Starts to change the source without pause, keeping an invariant that half a change breaks. Resolves when the
   * first change was made.
   */
  startWriter(): Promise<{ stop(): Promise<void> }>;
  /** Throws unless a value of `read` keeps the writer's invariant. Kinds that promise no more say so here. */
  assertConsistent(content: unknown): void;
  /** A free name for mode `beside`, and how to read what was restored under it. */
  readonly beside?: { readonly newName: string; read(): Promise<unknown> };
  /**
   * Everything that these operations (by id) could have left: temporary files and folders, sessions, processes,
   * half-loaded copies. Empty when there is none; what a restore keeps on purpose (`previous`) does not count.
   * Other Holdfasts may be at work on the same machine.
   */
  leftovers(operationIds: readonly string[]): Promise<readonly string[]>;
  /** Removes the instance and all that belongs to it; called in every case. */
  dispose(): Promise<void>;
}
