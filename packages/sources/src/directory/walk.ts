import { type BigIntStats, type Dir, lstatSync, opendirSync } from 'node:fs';

/** One thing found below the root. Names are bytes: file systems do not promise text. */
export interface Entry {
  /** Relative to the root. */
  readonly path: Buffer;
  readonly stat: BigIntStats;
}

export interface WalkProblem {
  readonly path: Buffer;
  /** The system's code: `EACCES`, `EIO`, … */
  readonly code: string;
}

const separator = Buffer.from('/');

/**
 * Visits everything below a folder, other file systems mounted there included, links not followed. Memory
 * grows with the depth of the tree, not with the number of files. What disappears meanwhile is passed over.
 * It blocks its thread: asked for one by one, a million files cost a fifth of what promises for them do.
 *
 * @throws what opening the root throws; problems below it go to `onProblem`
 */
export function* walk(root: string, onProblem: (problem: WalkProblem) => void): Generator<Entry> {
  const rootBytes = Buffer.from(root);

  function* visit(folder: Buffer): Generator<Entry> {
    const list = open(folder.length === 0 ? rootBytes : Buffer.concat([rootBytes, separator, folder]));
    try {
      for (let name = nextName(list); name !== undefined; name = nextName(list)) {
        const path = folder.length === 0 ? name : Buffer.concat([folder, separator, name]);
        const entry = attempt(path, () => ({
          path,
          stat: lstatSync(Buffer.concat([rootBytes, separator, path]), { bigint: true }),
        }));
        if (entry === undefined) continue;
        yield entry;
        if (!entry.stat.isDirectory()) continue;
        try {
          yield* visit(path);
        } catch (error) {
          report(path, error);
        }
      }
    } finally {
      list.closeSync();
    }
  }

  function attempt<T>(path: Buffer, look: () => T): T | undefined {
    try {
      return look();
    } catch (error) {
      report(path, error);
      return undefined;
    }
  }

  function report(path: Buffer, error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') onProblem({ path, code });
  }

  yield* visit(Buffer.alloc(0));
}

function open(folder: Buffer): Dir {
  // Node's types know names as text only.
  const encoding = 'buffer' as BufferEncoding;
  return opendirSync(folder, { encoding, bufferSize: 1024 });
}

function nextName(list: Dir): Buffer | undefined {
  const entry = list.readSync();
  return entry === null ? undefined : (entry.name as unknown as Buffer);
}

/** A path for a person: text where it is text, the odd bytes escaped, quoted. */
export function showPath(path: Buffer): string {
  const text = path.toString('utf8');
  return JSON.stringify(Buffer.from(text).equals(path) ? text : path.toString('latin1'));
}
