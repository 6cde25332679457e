import { z } from 'zod';
import { programSchema } from './schema-objects.ts';

const schemaDetailsSchema = z.object({
  name: z.string(),
  /** Path of its dump in the snapshot. */
  part: z.string(),
  /** Data and indexes at capture, roughly: what a restore beside will need. */
  bytes: z.number(),
  characterSet: z.string(),
  collation: z.string(),
  /** Triggers, views and events: kept apart from the dump, see `dumpSchema`. */
  programs: z.array(programSchema),
  /** Whether the counts are of the very state that the dump shows; otherwise a restore does not compare them. */
  exact: z.boolean(),
});
export type SchemaDetails = z.infer<typeof schemaDetailsSchema>;

/** What a snapshot of a MySQL or MariaDB server says of itself in `details` of its manifest. */
export const mysqlDetailsSchema = z.object({
  family: z.enum(['mariadb', 'mysql']),
  /** 101118 for 10.11.18. */
  serverVersion: z.int(),
  serverVersionText: z.string(),
  schemas: z.array(schemaDetailsSchema),
  skippedSchemas: z.array(z.object({ name: z.string(), reason: z.string() })),
  /** Name of the attachment with the users; absent where they could not be read. */
  users: z.string().optional(),
});
export type MysqlDetails = z.infer<typeof mysqlDetailsSchema>;
