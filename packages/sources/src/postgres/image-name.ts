import { lastNameOf } from '../container/image-name.ts';

/**
 * The last component of the names that PostgreSQL and its well-known relatives have, wherever they are mirrored.
 * Exact: `postgres-exporter`, `postgres-backup-s3` or `postgrest` are none.
 */
const serverNames: ReadonlySet<string> = new Set([
  'postgres',
  'postgresql',
  'postgresql-repmgr',
  'postgis',
  'timescaledb',
  'timescaledb-ha',
  'timescaledb-postgis',
  'pgvector',
  'pgvecto-rs',
  'pgrouting',
  'citus',
  'paradedb',
  'supabase-postgres',
]);

/** Whether an image by this name is one of a PostgreSQL server. An image that has only an id is unknown: no. */
export function isPostgresImage(reference: string): boolean {
  return serverNames.has(lastNameOf(reference));
}
