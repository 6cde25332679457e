import { rowCountKey, type TableName } from './names.ts';
import { quoteIdentifier, quoteLiteral } from './quoting.ts';
import { belongsToExtension, userSchemas } from './survey.ts';

/**
 * What the text form of values depends on beside the values: the same ground for capture and restore. Everything else
 * of a session (names are looked for in pg_catalog only, so that they are written in full) is the same already.
 */
export const hashingSettings: Readonly<Record<string, string>> = {
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'iso_8601',
  TimeZone: 'UTC',
  extra_float_digits: '3',
  bytea_output: 'hex',
  lc_monetary: 'C',
  lc_numeric: 'C',
  lc_time: 'C',
  row_security: 'off',
  max_parallel_workers_per_gather: '0',
};

/** A table whose rows can be hashed, with the columns that a hash is made of. */
export interface HashableTable extends TableName {
  /** In the order of their names: that of their making is not kept for a table that inherits. */
  readonly columns: readonly string[];
}

/** Names the way that a hash was made; one that is made in another way cannot be compared with it. */
const method = 'md5-sum-1';

/**
 * The tables of `count-rows.ts` with their sizes on disk and columns, as one JSON array. Generated columns are left out:
 * a restore computes them anew, perhaps by a newer library.
 */
export const hashableTablesQuery = `SELECT coalesce(jsonb_agg(jsonb_build_object(
    'schema', n.nspname, 'table', c.relname, 'bytes', pg_table_size(c.oid), 'columns', columns.names)), '[]')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
    LATERAL (SELECT coalesce(jsonb_agg(a.attname ORDER BY a.attname COLLATE "C"), '[]') AS names
      FROM pg_attribute a, to_jsonb(a) j
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND coalesce(j->>'attgenerated', '') = '') AS columns
  WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND ${userSchemas} AND NOT ${belongsToExtension}`;

/**
 * A statement that gives one JSON object: the hashes of tables, by the keys of the manifest. A hash is the sum over all
 * rows of 64 bits of the MD5 of each row's text, so it does not depend on the order in which they are read. It tells
 * accidents apart, and is no defence against someone who makes up rows.
 */
export function hashesQuery(tables: readonly HashableTable[]): string {
  const parts = tables.map(({ columns, ...table }) => {
    const row = columns.map((name) => `t.${quoteIdentifier(name)}`).join(', ');
    const from = `ONLY ${quoteIdentifier(table.schema)}.${quoteIdentifier(table.table)} AS t`;
    return `SELECT ${quoteLiteral(rowCountKey(table))} AS key,
      coalesce(sum(('x' || left(md5(ROW(${row})::text), 16))::bit(64)::bigint), 0)::text AS sum FROM ${from}`;
  });
  return `SELECT jsonb_object_agg(key, '${method}:' || sum) FROM (${parts.join(' UNION ALL ')}) AS hashes`;
}

/** Whether this version knows how a hash of a manifest was made. */
export function isKnownHash(hash: string): boolean {
  return hash.startsWith(`${method}:`);
}
