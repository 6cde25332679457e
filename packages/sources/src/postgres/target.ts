import { z } from 'zod';
import { type PostgresServer, type QueryOptions, queryJson } from './psql.ts';

const targetSchema = z.object({
  /** Null when this user may not know it. */
  dataDirectory: z.string().nullable(),
  databases: z.array(
    z.object({
      name: z.string(),
      bytes: z.number(),
      isTemplate: z.boolean(),
      allowsConnections: z.boolean(),
    }),
  ),
  tablespaces: z.array(z.string()),
  /** Extensions that could be created, and the version that they would have. */
  extensions: z.array(z.object({ name: z.string(), version: z.string().nullable() })),
  preparedTransactions: z.array(z.object({ database: z.string(), id: z.string() })),
  replicationSlots: z.array(z.object({ database: z.string(), name: z.string() })),
});

/** What a restore needs to know of the server that it restores into. */
export type Target = z.infer<typeof targetSchema>;

const targetSql = `SELECT json_build_object(
  'dataDirectory', (SELECT setting FROM pg_settings WHERE name = 'data_directory'),
  'databases', (SELECT json_agg(json_build_object(
      'name', datname,
      'bytes', CASE WHEN has_database_privilege(oid, 'CONNECT') THEN pg_database_size(oid) ELSE 0 END,
      'isTemplate', datistemplate,
      'allowsConnections', datallowconn) ORDER BY datname)
    FROM pg_database),
  'tablespaces', (SELECT json_agg(spcname) FROM pg_tablespace),
  'extensions', (SELECT json_agg(json_build_object('name', name, 'version', default_version))
    FROM pg_available_extensions),
  'preparedTransactions', (SELECT coalesce(json_agg(json_build_object('database', database, 'id', gid)), '[]')
    FROM pg_prepared_xacts),
  'replicationSlots', (SELECT coalesce(json_agg(json_build_object('database', database, 'name', slot_name)), '[]')
    FROM pg_replication_slots WHERE database IS NOT NULL))`;

export function readTarget(server: PostgresServer, options: QueryOptions = {}): Promise<Target> {
  return queryJson(server, server.maintenanceDatabase, targetSql, targetSchema, options);
}

/**
 * A database to give orders from while those of `involved` are renamed or dropped, which cannot be done from
 * inside them. `template1` always exists.
 */
export function maintenanceDatabaseBeside(target: Target, involved: ReadonlySet<string>): string {
  const usable = (name: string) =>
    !involved.has(name) && target.databases.some((one) => one.name === name && one.allowsConnections);
  return (
    ['postgres', 'template1'].find(usable) ??
    target.databases.find(({ name }) => usable(name))?.name ??
    'template1'
  );
}
