import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { largeObjectCountKey, parseRowCountKey } from './names.ts';
import { type PostgresServer, queryJson } from './psql.ts';
import { quoteIdentifier, quoteLiteral } from './quoting.ts';

export interface Expected {
  /** The database's name when it was counted. */
  readonly name: string;
  /** The name under which it is to be counted now. */
  readonly loadedAs: string;
  /** All counts of the manifest; those of other databases are not looked at. */
  readonly counts: Readonly<Record<string, number>>;
}

const countingTimeoutMs = 24 * 60 * 60 * 1000;
const tablesAtATime = 100;
const differencesShown = 5;

/**
 * Counts again what was counted at backup time.
 *
 * @returns what was counted, all of it equal
 * @throws HoldfastError `restore-verification-failed` naming what differs
 */
export async function verifyDatabase(
  server: PostgresServer,
  { name, loadedAs, counts }: Expected,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const queries = Object.keys(counts).flatMap((key) => {
    const sql = countingSql(name, key);
    return sql === undefined ? [] : [`SELECT ${quoteLiteral(key)} AS key, ${sql}`];
  });
  const counted: Record<string, number> = {};
  for (let start = 0; start < queries.length; start += tablesAtATime) {
    const batch = queries.slice(start, start + tablesAtATime).join(' UNION ALL ');
    const sql = `SET row_security = off; SELECT json_object_agg(key, count) FROM (${batch}) AS counts;`;
    Object.assign(
      counted,
      await queryJson(server, loadedAs, sql, z.record(z.string(), z.number()), {
        signal,
        timeoutMs: countingTimeoutMs,
      }),
    );
  }
  refuseDifferences(name, counts, counted);
  return counted;
}

function countingSql(database: string, key: string): string | undefined {
  if (key === largeObjectCountKey(database)) return 'count(*) AS count FROM pg_largeobject_metadata';
  const name = parseRowCountKey(key);
  if (name?.database !== database) return undefined;
  return `count(*) AS count FROM ONLY ${quoteIdentifier(name.schema)}.${quoteIdentifier(name.table)}`;
}

function refuseDifferences(
  database: string,
  expected: Readonly<Record<string, number>>,
  counted: Readonly<Record<string, number>>,
): void {
  const different = Object.entries(counted).filter(([key, count]) => expected[key] !== count);
  if (different.length === 0) return;
  const shown = different.slice(0, differencesShown).map(([key, count]) => {
    const table = parseRowCountKey(key);
    const what = table === undefined ? 'large objects' : `table "${table.schema}"."${table.table}"`;
    return `${what} has ${count}, had ${expected[key]}`;
  });
  const more = different.length > shown.length ? `, and ${different.length - shown.length} more` : '';
  throw new HoldfastError(
    'restore-verification-failed',
    `Database "${database}" was loaded, but not as it was counted: ${shown.join('; ')}${more}.`,
  );
}
