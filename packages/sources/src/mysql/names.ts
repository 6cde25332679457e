import { decodeName, encodeName } from '../files/encode-name.ts';

/** Where the dump of one schema (what MySQL also calls a database) is in the snapshot. */
export function schemaPartPath(schema: string): string {
  return `/${encodeName(schema)}.sql`;
}

/** The attachment that holds the triggers, views and events of a schema as SQL. */
export function programsAttachment(schema: string): string {
  return `${encodeName(schema)}.programs.sql`;
}

export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** The key of a table's row count in the manifest. */
export function rowCountKey({ schema, table }: TableName): string {
  return `rows/${encodeName(schema)}/${encodeName(table)}`;
}

/** The key of the hash of a table's content in the manifest. */
export function contentHashKey({ schema, table }: TableName): string {
  return `content/${encodeName(schema)}/${encodeName(table)}`;
}

/** The table that a key of the manifest's counts or hashes is about; undefined for keys of another sort. */
export function parseTableKey(key: string): (TableName & { readonly of: 'rows' | 'content' }) | undefined {
  const [, of, schema, table] = /^(rows|content)\/([^/]+)\/([^/]+)$/.exec(key) ?? [];
  if ((of !== 'rows' && of !== 'content') || schema === undefined || table === undefined) return undefined;
  return { of, schema: decodeName(schema), table: decodeName(table) };
}
