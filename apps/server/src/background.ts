/** What a serving Holdfast does by itself, beside what it is asked for; a single command does none of it. */
export interface Background {
  start(): Promise<void>;
  /** Ends what it is at, and does no more. */
  stop(): Promise<void>;
}
