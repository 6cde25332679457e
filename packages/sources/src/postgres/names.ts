import { decodeName, encodeName } from '../files/encode-name.ts';

export { decodeName, encodeName };

/** Where the dump of one database is in the snapshot. */
export function databasePartPath(database: string): string {
  return `/${encodeName(database)}.dump`;
}

export interface TableName {
  readonly database: string;
  readonly schema: string;
  readonly table: string;
}

/** The key of a table's row count in the manifest. */
export function rowCountKey({ database, schema, table }: TableName): string {
  return `rows/${encodeName(database)}/${encodeName(schema)}.${encodeName(table)}`;
}

/** The table that a key of the manifest's counts is about; undefined for keys of another sort. */
export function parseRowCountKey(key: string): TableName | undefined {
  const [, database, schema, table] = /^rows\/([^/.]+)\/([^/.]+)\.([^/.]+)$/.exec(key) ?? [];
  if (database === undefined || schema === undefined || table === undefined) return undefined;
  return { database: decodeName(database), schema: decodeName(schema), table: decodeName(table) };
}

/** The key of a database's number of large objects in the manifest. */
export function largeObjectCountKey(database: string): string {
  return `largeObjects/${encodeName(database)}`;
}
