import { HoldfastError } from '@holdfast/runtime';
import { differencesOf, summarise } from '../files/compare-counts.ts';
import { type MysqlServer, queryCells } from './client.ts';
import { contentHashKey, parseTableKey, rowCountKey } from './names.ts';
import { countSql, hashSql, readTables } from './tables.ts';

const timeoutMs = 24 * 60 * 60 * 1000;

export interface Expected {
  /** The schema's name when it was counted. */
  readonly schema: string;
  /** The name under which it is to be counted now. */
  readonly loadedAs: string;
  /** All counts and hashes of the manifest; those of other schemas are not looked at. */
  readonly counts: Readonly<Record<string, number>>;
  readonly hashes: Readonly<Record<string, string>>;
}

export interface Verified {
  readonly counts: Readonly<Record<string, number>>;
  readonly hashes: Readonly<Record<string, string>>;
  /** Tables with the right number of rows, and a hash that differs. */
  readonly differentContent: readonly string[];
}

/**
 * Counts and hashes again what was counted and hashed at backup time.
 *
 * @throws HoldfastError `restore-verification-failed` naming what has not as many rows as it had
 */
export async function verifySchema(
  server: MysqlServer,
  { schema, loadedAs, counts, hashes }: Expected,
  signal: AbortSignal,
): Promise<Verified> {
  const tables = await readTables(server, loadedAs, { signal });
  const expected = Object.entries(counts).filter(([key]) => parseTableKey(key)?.schema === schema);
  const wanted = new Map(expected);
  const found: Record<string, number> = {};
  const foundHashes: Record<string, string> = {};
  const differentContent: string[] = [];
  const statements: { readonly key: string; readonly sql: string }[] = [];
  for (const { name, hashed } of tables) {
    const countKey = rowCountKey({ schema, table: name });
    if (wanted.has(countKey)) statements.push({ key: countKey, sql: countSql(loadedAs, name) });
    const hashKey = contentHashKey({ schema, table: name });
    if (hashes[hashKey] !== undefined && hashed !== undefined) {
      statements.push({ key: hashKey, sql: hashSql(loadedAs, name, hashed) });
    }
  }
  // In one session, one row each.
  const script = statements.map(({ sql }) => `${sql};`).join('\n');
  const answers = script === '' ? [] : await queryCells(server, script, { signal, timeoutMs });
  for (const [index, { key }] of statements.entries()) {
    const answer = answers[index]?.[0];
    const table = parseTableKey(key);
    if (table?.of === 'rows') found[key] = Number(answer);
    else if (answer === hashes[key]) foundHashes[key] = answer ?? '';
    else if (table !== undefined) differentContent.push(table.table);
  }
  const differences = differencesOf(Object.fromEntries(expected), found);
  if (differences.length === 0) return { counts: found, hashes: foundHashes, differentContent };
  throw new HoldfastError(
    'restore-verification-failed',
    `Database "${schema}" was loaded, but not as it was counted: ${summarise(differences)}.`,
  );
}
