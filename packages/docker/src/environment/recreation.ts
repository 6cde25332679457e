import type { Reporter } from '@holdfast/runtime';

/** What was made, by name or path, in the order it was made. */
export interface MadeThings {
  readonly folders: string[];
  readonly files: string[];
  readonly networks: string[];
  readonly volumes: string[];
  readonly containers: string[];
}

export interface Recreation {
  readonly made: Readonly<MadeThings>;
  /** Images that were pulled; they stay. */
  readonly pulled: readonly string[];
  readonly warnings: readonly string[];
  /** Removes what was made, in the opposite order, and nothing else. Safe to repeat. */
  undo(): Promise<void>;
}

export interface RecreateOptions {
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}
