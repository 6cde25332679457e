import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import {
  type HashableTable,
  hashableTablesQuery,
  hashesQuery,
  hashingSettings,
  isKnownHash,
} from './content-hash.ts';
import { parseRowCountKey, rowCountKey } from './names.ts';
import { type PostgresServer, queryJson } from './psql.ts';
import { quoteLiteral } from './quoting.ts';

export interface ExpectedHashes {
  /** The database's name when it was hashed. */
  readonly name: string;
  /** The name under which it is to be hashed now. */
  readonly loadedAs: string;
  /** All hashes of the manifest; those of other databases are not looked at. */
  readonly hashes: Readonly<Record<string, string>>;
  /** `server_version_num` then and now. */
  readonly capturedOn: number;
  readonly serverVersion: number;
}

const hashingTimeoutMs = 60 * 60_000;
const tablesAtATime = 100;
const differencesShown = 5;

const foundSchema = z.array(
  z.object({ schema: z.string(), table: z.string(), columns: z.array(z.string()) }),
);

/**
 * Hashes again what was hashed at backup time. Another major version may write the same value in another way: its
 * hashes say nothing, and are left out.
 *
 * @returns what was hashed, all of it equal, and warnings about what could not be hashed
 * @throws HoldfastError `restore-verification-failed` naming the tables whose content differs
 */
export async function verifyHashes(
  server: PostgresServer,
  expected: ExpectedHashes,
  signal: AbortSignal,
): Promise<{ readonly hashes: Record<string, string>; readonly warnings: readonly string[] }> {
  const keys = Object.keys(expected.hashes).filter((key) => isComparable(key, expected));
  if (keys.length === 0) return { hashes: {}, warnings: [] };
  let hashes: Record<string, string>;
  try {
    hashes = await hashAgain(server, expected, new Set(keys), signal);
  } catch (error) {
    signal.throwIfAborted();
    const words = asHoldfastError(error).message;
    return {
      hashes: {},
      warnings: [`The content of database "${expected.name}" could not be hashed again: ${words}`],
    };
  }
  refuseDifferences(expected, hashes);
  return { hashes, warnings: [] };
}

function isComparable(key: string, { name, hashes, capturedOn, serverVersion }: ExpectedHashes): boolean {
  const sameMajor = Math.floor(capturedOn / 10_000) === Math.floor(serverVersion / 10_000);
  return sameMajor && parseRowCountKey(key)?.database === name && isKnownHash(hashes[key] ?? '');
}

async function hashAgain(
  server: PostgresServer,
  { name, loadedAs }: ExpectedHashes,
  wanted: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const options = { signal, timeoutMs: hashingTimeoutMs };
  const found = await queryJson(server, loadedAs, hashableTablesQuery, foundSchema, options);
  const tables = found
    .map((table): HashableTable => ({ ...table, database: name }))
    .filter((table) => wanted.has(rowCountKey(table)));
  const settings = Object.entries(hashingSettings).map(
    ([setting, value]) => `SET ${setting} = ${quoteLiteral(value)};`,
  );
  const hashes: Record<string, string> = {};
  for (let start = 0; start < tables.length; start += tablesAtATime) {
    const sql = `${settings.join(' ')} ${hashesQuery(tables.slice(start, start + tablesAtATime))}`;
    const schema = z.record(z.string(), z.string());
    Object.assign(hashes, await queryJson(server, loadedAs, sql, schema, options));
  }
  return hashes;
}

function refuseDifferences(
  { name, hashes: expected }: ExpectedHashes,
  hashes: Readonly<Record<string, string>>,
): void {
  const different = Object.entries(hashes).filter(([key, hash]) => expected[key] !== hash);
  if (different.length === 0) return;
  const shown = different.slice(0, differencesShown).map(([key]) => {
    const table = parseRowCountKey(key);
    return `"${table?.schema}"."${table?.table}"`;
  });
  const more = different.length > shown.length ? ` and ${different.length - shown.length} more` : '';
  throw new HoldfastError(
    'restore-verification-failed',
    `Database "${name}" was loaded, with as many rows as were counted, but not with the content that was hashed: table ${shown.join(', ')}${more}.`,
  );
}
