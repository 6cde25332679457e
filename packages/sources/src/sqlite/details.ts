import { z } from 'zod';
import { ownershipSchema } from './database-file.ts';

/** What the manifest keeps of a database beside its content. */
export const sqliteDetails = z.looseObject({
  fileName: z.string(),
  ownership: ownershipSchema,
  journalMode: z.string(),
  pageSize: z.number(),
  encoding: z.string(),
  userVersion: z.number(),
  applicationId: z.number(),
  form: z.enum(['vacuum', 'pages']),
  check: z.enum(['integrity', 'quick', 'none']),
});
export type SqliteDetails = z.infer<typeof sqliteDetails>;
