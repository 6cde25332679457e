import type { BigIntStats } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';

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

/** How many entries are looked at together; the rest of a folder waits in the kernel. */
const batchSize = 64;
const separator = Buffer.from('/');

/**
 * Visits everything below a folder, other file systems mounted there included, links not followed. Memory
 * grows with the depth of the tree, not with the number of files. What disappears meanwhile is passed over.
 *
 * @throws what `opendir` of the root throws; problems below it go to `onProblem`
 */
export async function* walk(
  root: string,
  signal: AbortSignal,
  onProblem: (problem: WalkProblem) => void,
): AsyncGenerator<readonly Entry[]> {
  const rootBytes = Buffer.from(root);

  async function* visit(folder: Buffer): AsyncGenerator<readonly Entry[]> {
    const absolute = folder.length === 0 ? rootBytes : Buffer.concat([rootBytes, separator, folder]);
    // Node's types know names as text only.
    const encoding = 'buffer' as BufferEncoding;
    const list: AsyncIterable<{ name: unknown }> = await opendir(absolute, { encoding, bufferSize: 1024 });
    let batch: Promise<Entry | undefined>[] = [];
    for await (const { name } of list) {
      signal.throwIfAborted();
      batch.push(look(folder, name as Buffer));
      if (batch.length < batchSize) continue;
      yield* settle(batch);
      batch = [];
    }
    yield* settle(batch);
  }

  async function look(folder: Buffer, name: Buffer): Promise<Entry | undefined> {
    const path = folder.length === 0 ? name : Buffer.concat([folder, separator, name]);
    try {
      return { path, stat: await lstat(Buffer.concat([rootBytes, separator, path]), { bigint: true }) };
    } catch (error) {
      report(path, error);
      return undefined;
    }
  }

  async function* settle(batch: readonly Promise<Entry | undefined>[]): AsyncGenerator<readonly Entry[]> {
    const entries = (await Promise.all(batch)).filter((entry) => entry !== undefined);
    if (entries.length > 0) yield entries;
    for (const { path, stat } of entries) {
      if (!stat.isDirectory()) continue;
      try {
        yield* visit(path);
      } catch (error) {
        signal.throwIfAborted();
        report(path, error);
      }
    }
  }

  function report(path: Buffer, error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') onProblem({ path, code });
  }

  yield* visit(Buffer.alloc(0));
}

/** A path for a person: text where it is text, the odd bytes escaped, quoted. */
export function showPath(path: Buffer): string {
  const text = path.toString('utf8');
  return JSON.stringify(Buffer.from(text).equals(path) ? text : path.toString('latin1'));
}
