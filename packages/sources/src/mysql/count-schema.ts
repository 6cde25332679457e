import { asHoldfastError } from '@holdfast/runtime';
import { contentHashKey, rowCountKey } from './names.ts';
import type { MysqlSession } from './session.ts';
import { countSql, hashSql, type TableInfo } from './tables.ts';

export interface Counted {
  /** By the keys of the manifest: see `rowCountKey`. */
  readonly counts: Readonly<Record<string, number>>;
  /** By the keys of the manifest: see `contentHashKey`. */
  readonly hashes: Readonly<Record<string, string>>;
  /** What could not be counted, and why: named, not guessed. */
  readonly notCounted: readonly { readonly what: string; readonly reason: string }[];
}

export interface CountBudget {
  /** After this much time no further table is begun. */
  readonly milliseconds: number;
  /** The content of so many bytes of tables is hashed, smallest tables first. */
  readonly hashedBytes: number;
}

/** Counts the rows of every table exactly, and hashes the content of small ones, as the open transaction sees them. */
export async function countSchema(
  session: MysqlSession,
  schema: string,
  tables: readonly TableInfo[],
  budget: CountBudget,
): Promise<Counted> {
  const deadline = Date.now() + budget.milliseconds;
  const counts: Record<string, number> = {};
  const hashes: Record<string, string> = {};
  const notCounted: { what: string; reason: string }[] = [];
  let failure: string | undefined;
  for (const { name } of tables) {
    const reason = failure ?? (Date.now() > deadline ? 'the time for counting was over' : undefined);
    if (reason !== undefined) {
      notCounted.push({ what: name, reason });
      continue;
    }
    try {
      const rows = Number((await session.ask(countSql(schema, name))).at(-1));
      if (Number.isSafeInteger(rows)) counts[rowCountKey({ schema, table: name })] = rows;
    } catch (error) {
      // The session is lost, and with it the snapshot: what was counted stays true.
      failure = asHoldfastError(error).message;
      notCounted.push({ what: name, reason: failure });
    }
  }
  let bytes = 0;
  for (const { name, hashed, bytes: size } of tables.toSorted((a, b) => a.bytes - b.bytes)) {
    bytes += size;
    if (failure !== undefined || hashed === undefined) continue;
    if (bytes > budget.hashedBytes || Date.now() > deadline) break;
    try {
      const hash = (await session.ask(hashSql(schema, name, hashed))).at(-1);
      if (hash !== undefined) hashes[contentHashKey({ schema, table: name })] = hash;
    } catch (error) {
      failure = asHoldfastError(error).message;
    }
  }
  return { counts, hashes, notCounted };
}
