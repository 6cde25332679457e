import { z } from 'zod';
import { type HashableTable, hashableTablesQuery, hashesQuery, hashingSettings } from './content-hash.ts';
import { rowCountKey } from './names.ts';
import { type PsqlSession, succeeded } from './psql-session.ts';
import { quoteLiteral } from './quoting.ts';

/**
 * What a whole capture may hash: enough for what most servers hold in most of their tables, and little enough not to be
 * felt beside the dump (some 300,000 rows a second on one core).
 */
export interface HashBudget {
  bytes: number;
  rows: number;
  milliseconds: number;
}

export function hashBudget(): HashBudget {
  return { bytes: 64 * 1024 * 1024, rows: 200_000, milliseconds: 3_000 };
}

/** Each statement of many tables is one exchange with the server. */
const tablesAtATime = 100;

const foundSchema = z.array(
  z.object({ schema: z.string(), table: z.string(), bytes: z.number(), columns: z.array(z.string()) }),
);
const hashesSchema = z.record(z.string(), z.string());

/**
 * Hashes the content of the smallest tables of a database, as the open transaction of a session sees them, as far as
 * the budget goes; what it takes is taken off the budget. Never rejects: what cannot be hashed is left out.
 *
 * @param counts of the rows, by the keys of the manifest; what is not in there is left out
 */
export async function hashInTransaction(
  session: PsqlSession,
  database: string,
  counts: Readonly<Record<string, number>>,
  budget: HashBudget,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  const begun = performance.now();
  const ask = async <T>(sql: string, schema: z.ZodType<T>): Promise<T | undefined> => {
    const remaining = Math.ceil(budget.milliseconds - (performance.now() - begun));
    if (remaining <= 0) return undefined;
    const { lines, sqlState } = await session.ask(`SET LOCAL statement_timeout = ${remaining}; ${sql}`);
    return sqlState === succeeded ? schema.parse(JSON.parse(lines.at(-1) ?? '')) : undefined;
  };
  try {
    const settings = Object.entries(hashingSettings).map(
      ([name, value]) => `SET LOCAL ${name} = ${quoteLiteral(value)};`,
    );
    const found = await ask(`${settings.join(' ')} ${hashableTablesQuery}`, foundSchema);
    const chosen = within(budget, found ?? [], (table) => counts[rowCountKey({ database, ...table })]);
    for (let start = 0; start < chosen.length; start += tablesAtATime) {
      const batch = chosen.slice(start, start + tablesAtATime);
      const hashed = await ask(
        hashesQuery(batch.map((table): HashableTable => ({ database, ...table }))),
        hashesSchema,
      );
      Object.assign(hashes, hashed ?? {});
    }
  } catch {
    // The session is lost: what it had hashed before is true all the same, and the counts say what happened.
  }
  budget.milliseconds -= performance.now() - begun;
  return hashes;
}

type Found = z.infer<typeof foundSchema>[number];

/** The smallest first, so that the budget covers as many as it can. */
function within(
  budget: HashBudget,
  found: readonly Found[],
  rowsOf: (table: Found) => number | undefined,
): Found[] {
  const chosen: Found[] = [];
  for (const table of found.toSorted((a, b) => a.bytes - b.bytes)) {
    const rows = rowsOf(table);
    if (rows === undefined || table.columns.length === 0) continue;
    if (table.bytes > budget.bytes || rows > budget.rows) continue;
    budget.bytes -= table.bytes;
    budget.rows -= rows;
    chosen.push(table);
  }
  return chosen;
}
