import type { Database } from '../database/database.ts';

/** Holdfast's own state at rest: what differs between the databases that can hold it. */
export interface State {
  /** Opens the present one, in no use otherwise, for a change. */
  change(work: (database: Database) => Promise<void>): Promise<void>;
  /** Gives one state to read from, the same from the first read to the last. Writers go on meanwhile. */
  read<T>(work: (database: Database) => Promise<T>): Promise<T>;
  /**
   * Makes a new, empty database beside the present one and has it filled. When filling fails nothing is left of it.
   * The present one is not touched.
   */
  prepare(fill: (database: Database) => Promise<void>): Promise<PreparedState>;
}

/** What is carried from the present state to the one that takes its place; `previous` is where the present one stays. */
export type Carry = (present: Database, prepared: Database, previous: string) => Promise<void>;

export interface PreparedState {
  /**
   * Puts it in the place of the present one, in one step: whenever the process dies, one of the two is there, whole.
   * The database must not be in use.
   */
  swap(carry: Carry): Promise<Swapped>;
  discard(): Promise<void>;
}

export interface Swapped {
  /** Puts the state before back, as it was. */
  readonly takeBack: () => Promise<void>;
}
