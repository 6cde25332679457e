import { accessSync, constants, lstatSync } from 'node:fs';
import { type Entry, showPath, type WalkProblem, walk } from './walk.ts';

/** What of a tree can be counted again after a restore. */
export interface TreeCounts {
  files: number;
  folders: number;
  links: number;
  /** Pipes and devices. */
  special: number;
  /** Of the files, holes included. */
  bytes: number;
}

/** What a walk through a folder added up. */
export interface Tally {
  readonly counts: Readonly<TreeCounts>;
  /** On disk; less than the files' sizes where they have holes. */
  readonly allocatedBytes: number;
  /** Things (the root among them) that were made, written, renamed or otherwise altered after a given time. */
  readonly changed: number;
  readonly sockets: number;
  /** The first of those that could not be read; `unreadable` counts all. */
  readonly examples: readonly string[];
  readonly unreadable: number;
}

const shownExamples = 20;
/** The size of a block in `stat`, whatever the file system's own is. */
const blockBytes = 512;

/**
 * Counts what a folder holds, see `countFiles`, in this thread, which it blocks for as long as the walk takes.
 * @param sinceMs what has a later time of change (which no program can set) counts as changed
 */
export function tally(root: string, sinceMs = Number.POSITIVE_INFINITY): Tally {
  const counts: TreeCounts = { files: 0, folders: 0, links: 0, special: 0, bytes: 0 };
  let blocks = 0;
  let sockets = 0;
  let unreadable = 0;
  // A file that was removed shows in the folder that held it.
  let changed = lstatSync(root).ctimeMs > sinceMs ? 1 : 0;
  const examples: string[] = [];
  const onProblem = ({ path, code }: WalkProblem) => {
    unreadable += 1;
    if (examples.length < shownExamples) examples.push(`${showPath(path)} (${code})`);
  };
  // The superuser may read everything; asking for each file would double the walk.
  const mayReadAll = process.getuid?.() === 0;
  const onEntry = ({ file, stat }: Entry) => {
    if (stat.ctimeMs > sinceMs) changed += 1;
    if (stat.isFile()) {
      if (!mayReadAll && !mayRead(file)) {
        onProblem({ path: file.subarray(Buffer.byteLength(root) + 1), code: 'EACCES' });
        return;
      }
      counts.files += 1;
      counts.bytes += stat.size;
      blocks += stat.blocks;
    } else if (stat.isDirectory()) counts.folders += 1;
    else if (stat.isSymbolicLink()) counts.links += 1;
    else if (stat.isSocket()) sockets += 1;
    else counts.special += 1;
  };
  walk(root, onEntry, onProblem);
  return { counts, allocatedBytes: blocks * blockBytes, changed, sockets, examples, unreadable };
}

function mayRead(file: Buffer): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
