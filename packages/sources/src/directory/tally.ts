import { createHash } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import type { Manifest } from '@holdfast/contracts';
import { type Entry, showPath, type WalkProblem, walk } from './walk.ts';

/** What a walk through a folder added up. */
export interface Tally {
  readonly counts: Manifest['counts'];
  /** On disk; less than the files' sizes where they have holes. */
  readonly allocatedBytes: number;
  /**
   * Stands for every name, size, inode and time of change below the root, in any order. Equal before and after means
   * that nothing there was written, made, removed or renamed in between.
   */
  readonly fingerprint: string;
  readonly sockets: number;
  /** The first of those that could not be read; `unreadable` counts all. */
  readonly examples: readonly string[];
  readonly unreadable: number;
}

const shownExamples = 20;

/** Counts what a folder holds, see `countFiles`, in this thread, which it blocks for as long as the walk takes. */
export function tally(root: string): Tally {
  const counts = { files: 0, folders: 0, links: 0, special: 0, bytes: 0 };
  let allocated = 0n;
  let sockets = 0;
  let unreadable = 0;
  const examples: string[] = [];
  const fingerprint = new OrderlessHash();
  const onProblem = ({ path, code }: WalkProblem) => {
    unreadable += 1;
    if (examples.length < shownExamples) examples.push(`${showPath(path)} (${code})`);
  };
  // The superuser may read everything; asking for each file would double the walk.
  const mayReadAll = process.getuid?.() === 0;
  for (const entry of walk(root, onProblem)) {
    const { stat } = entry;
    fingerprint.add(entry);
    if (stat.isSocket()) {
      sockets += 1;
    } else if (stat.isDirectory()) {
      counts.folders += 1;
    } else if (stat.isSymbolicLink()) {
      counts.links += 1;
    } else if (!stat.isFile()) {
      counts.special += 1;
    } else if (mayReadAll || mayRead(root, entry)) {
      counts.files += 1;
      counts.bytes += Number(stat.size);
      allocated += stat.blocks * 512n;
    } else {
      onProblem({ path: entry.path, code: 'EACCES' });
    }
  }
  const allocatedBytes = Number(allocated);
  return { counts, allocatedBytes, fingerprint: fingerprint.digest(), sockets, examples, unreadable };
}

function mayRead(root: string, { path }: Entry): boolean {
  try {
    accessSync(Buffer.concat([Buffer.from(`${root}/`), path]), constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** A hash of a set: the sum of its members' hashes. */
class OrderlessHash {
  #sum = 0n;

  add({ path, stat }: Entry): void {
    const hash = createHash('sha256')
      .update(path)
      .update(`\0${stat.dev} ${stat.ino} ${stat.mode} ${stat.size} ${stat.ctimeNs}`);
    this.#sum = BigInt.asUintN(128, this.#sum + hash.digest().readBigUInt64BE() * 0x1_0000_0001n);
  }

  digest(): string {
    return this.#sum.toString(16);
  }
}
