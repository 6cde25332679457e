import path from 'node:path';
import { runInThread } from './run-in-thread.ts';
import type { Tally } from './tally.ts';

// The published build holds the same files as JavaScript.
const program = new URL(`./tally.worker${path.extname(import.meta.url)}`, import.meta.url);

export interface CountRequest {
  readonly root: string;
  readonly sinceMs?: number;
}

/**
 * Counts what a folder holds: files, folders, symbolic links, special files (pipes and devices) and the bytes of the
 * files. The root itself, sockets (programs make them anew), and what cannot be read are not counted.
 * @param sinceMs what was altered after this time, in milliseconds since 1970, is counted as changed
 * @throws HoldfastError `cancelled`; ThreadFailure with the system's code when the root itself cannot be read
 */
export async function countFiles(root: string, signal: AbortSignal, sinceMs?: number): Promise<Tally> {
  const request: CountRequest = { root, ...(sinceMs === undefined ? {} : { sinceMs }) };
  return runInThread<Tally>(program, request, signal);
}
