import { z } from 'zod';
import type { MysqlServer, QueryOptions } from './client.ts';
import { queryJson } from './client.ts';
import { qualified, quoteIdentifier, quoteText } from './quoting.ts';

const columnTypesWithoutHash = new Set(['vector']);
const spatialTypes = new Set([
  'geometry',
  'point',
  'linestring',
  'polygon',
  'multipoint',
  'multilinestring',
  'multipolygon',
  'geometrycollection',
  'geomcollection',
]);

const tableSchema = z.object({
  name: z.string(),
  engine: z.string().nullable(),
  /** Data and indexes, roughly. */
  bytes: z.number(),
  transactional: z.boolean(),
});
const columnSchema = z.object({
  table: z.string(),
  name: z.string(),
  type: z.string(),
  generated: z.boolean(),
});

export interface TableInfo extends z.infer<typeof tableSchema> {
  /** Stored columns; absent where one has a type whose content cannot be hashed. */
  readonly hashed?: readonly z.infer<typeof columnSchema>[];
}

/** Every base table of a schema, by name. */
export async function readTables(
  server: MysqlServer,
  schema: string,
  options: QueryOptions = {},
): Promise<TableInfo[]> {
  const here = quoteText(schema);
  const [tables, columns] = await Promise.all([
    queryJson(
      server,
      `SELECT JSON_OBJECT('name', t.TABLE_NAME, 'engine', t.ENGINE,
         'bytes', COALESCE(t.DATA_LENGTH, 0) + COALESCE(t.INDEX_LENGTH, 0),
         'transactional', COALESCE(e.TRANSACTIONS, 'NO') = 'YES')
       FROM information_schema.TABLES t LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
       WHERE t.TABLE_SCHEMA = ${here} AND t.TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY t.TABLE_NAME;`,
      looseBooleans(tableSchema, 'transactional'),
      options,
    ),
    queryJson(
      server,
      `SELECT JSON_OBJECT('table', TABLE_NAME, 'name', COLUMN_NAME, 'type', DATA_TYPE,
         'generated', COALESCE(GENERATION_EXPRESSION, '') <> '')
       FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ${here} ORDER BY TABLE_NAME, ORDINAL_POSITION;`,
      looseBooleans(columnSchema, 'generated'),
      options,
    ),
  ]);
  const columnsOf = Map.groupBy(columns, ({ table }) => table);
  return tables.map((table) => {
    const stored = (columnsOf.get(table.name) ?? []).filter(({ generated }) => !generated);
    const hashable = stored.every(({ type }) => !columnTypesWithoutHash.has(type.toLowerCase()));
    return hashable && stored.length > 0 ? { ...table, hashed: stored } : table;
  });
}

/** MariaDB and MySQL write a truth value as 0 and 1, or as false and true. */
function looseBooleans<T>(schema: z.ZodType<T>, field: string): z.ZodType<T> {
  return z.preprocess(
    (value) =>
      typeof value === 'object' && value !== null && field in value
        ? { ...value, [field]: Boolean(Reflect.get(value, field)) }
        : value,
    schema,
  );
}

/** A statement whose one row is the number of rows. */
export function countSql(schema: string, table: string): string {
  return `SELECT COUNT(*) FROM ${qualified(schema, table)}`;
}

/**
 * A statement whose one row is a hash of the content of all rows, whatever their order: the sums of two halves of each
 * row's MD5. Of columns that are computed from others nothing is in it. Nothing secret depends on it: it tells a
 * restore that lost or changed something from one that did not.
 */
export function hashSql(schema: string, table: string, columns: NonNullable<TableInfo['hashed']>): string {
  const parts = columns.map(({ name, type }) => {
    const column = quoteIdentifier(name);
    const content = spatialTypes.has(type.toLowerCase()) ? `ST_AsWKB(${column})` : column;
    return `COALESCE(MD5(${content}), '-')`;
  });
  const half = (position: number) =>
    `HEX(COALESCE(SUM(CAST(CONV(SUBSTRING(h, ${position}, 8), 16, 10) AS UNSIGNED)), 0))`;
  return `SELECT CONCAT_WS('-', COUNT(*), ${half(1)}, ${half(9)}, ${half(17)}, ${half(25)})
    FROM (SELECT MD5(CONCAT(${parts.join(', ')})) AS h FROM ${qualified(schema, table)}) AS rows_of_it`;
}
