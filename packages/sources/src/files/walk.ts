import { lstatSync, readdirSync, type Stats } from 'node:fs';

/** One thing found below the root. Names are bytes: file systems do not promise text. */
export interface Entry {
  /** From the root of the file system. */
  readonly file: Buffer;
  readonly stat: Stats;
}

export interface WalkProblem {
  /** Relative to the root. */
  readonly path: Buffer;
  /** The system's code: `EACCES`, `EIO`, … */
  readonly code: string;
}

/**
 * Visits everything below a folder, other file systems mounted there included, links not followed. Memory
 * grows with the largest folder, not with the number of files. What disappears meanwhile is passed over.
 * It blocks its thread: asked for one by one, a million files cost a fifth of what promises for them do.
 *
 * @throws what opening the root throws; problems below it go to `onProblem`
 */
export function walk(
  root: string,
  onEntry: (entry: Entry) => void,
  onProblem: (problem: WalkProblem) => void,
): void {
  const start = Buffer.from(root);

  function visit(folder: Buffer): void {
    // Bytes as Latin-1 text: one character for each, nothing is lost, and a quarter of what buffers take.
    const prefix = `${folder.toString('latin1')}/`;
    for (const name of readdirSync(folder, { encoding: 'latin1' })) {
      const file = Buffer.from(prefix + name, 'latin1');
      attempt(file, () => {
        const stat = lstatSync(file, { throwIfNoEntry: false });
        if (stat === undefined) return;
        onEntry({ file, stat });
        if (stat.isDirectory()) visit(file);
      });
    }
  }

  function attempt(file: Buffer, look: () => void): void {
    try {
      look();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
      if (code === undefined) throw error;
      const path = file.subarray(start.length + 1);
      if (code !== 'ENOENT' && code !== 'ENOTDIR') onProblem({ path, code });
    }
  }

  visit(start);
}

/** A path for a person: text where it is text, the odd bytes escaped, quoted. */
export function showPath(path: Buffer): string {
  const text = path.toString('utf8');
  return JSON.stringify(Buffer.from(text).equals(path) ? text : path.toString('latin1'));
}
