/** What a throwaway may take of its host. What is restored into it is hostile code: it could try to take all. */
export interface DrillLimits {
  /** For its programs; data that is kept in memory comes on top. */
  readonly memoryBytes: number;
  readonly cpus: number;
  /** From reading the snapshot to the end of the comparison. */
  readonly timeMs: number;
}

/** Processes and threads; a database server with its workers needs a few dozen. */
export const mostProcesses = 1024;

/** Until the server of a throwaway answers. */
export const readyWithinMs = 10 * 60_000;

/** What restored data takes compared with its dump, where the kind of source does not know better. */
const growth = 3;
const slackBytes = 512 * 1024 * 1024;

export function expectedBytes(snapshotBytes: number): number {
  return snapshotBytes * growth + slackBytes;
}

/** Of the memory that is available, what the data of a throwaway may take at most. */
export const memoryShare = 1 / 3;
