import { z } from 'zod';
import { databasePropertiesSchema } from './database-properties.ts';

const extensionSchema = z.object({ name: z.string(), version: z.string(), schema: z.string() });

const databaseSchema = z.object({
  name: z.string(),
  /** Path of its dump in the snapshot. */
  part: z.string(),
  /** `pg_database_size` at capture: what a restore beside will need, roughly. */
  bytes: z.number(),
  /** What a dump does not carry (owner, encoding, settings…). */
  properties: databasePropertiesSchema,
  extensions: z.array(extensionSchema),
});

/** What a snapshot of a PostgreSQL server says of itself in `details` of its manifest. */
export const postgresDetailsSchema = z.object({
  /** `server_version_num`, for example 170005. */
  serverVersion: z.int(),
  serverVersionText: z.string(),
  /** Whether the role that made the dump was a superuser; otherwise it holds what that role may read. */
  superuser: z.boolean(),
  /** `shared_preload_libraries`; extensions need them, and the setting may live in the cluster alone. */
  preloadLibraries: z.string().optional(),
  databases: z.array(databaseSchema),
  skippedDatabases: z.array(z.object({ name: z.string(), reason: z.string() })),
  /** `attachment` holds what `pg_dumpall --globals-only` wrote: roles, memberships, tablespaces. */
  roles: z.object({ attachment: z.literal('globals.sql'), passwords: z.boolean() }),
});
export type PostgresDetails = z.infer<typeof postgresDetailsSchema>;
