import { z } from 'zod';

/** The lines of restic's JSON output that are used; everything else is ignored, as versions differ. */
const messageSchema = z.discriminatedUnion('message_type', [
  z.object({
    message_type: z.literal('status'),
    bytes_done: z.number().optional(),
    bytes_restored: z.number().optional(),
    total_bytes: z.number().optional(),
  }),
  z.object({
    message_type: z.literal('summary'),
    snapshot_id: z.string().optional(),
    total_bytes_processed: z.number().optional(),
    total_files_processed: z.number().optional(),
    dirs_new: z.number().optional(),
    dirs_changed: z.number().optional(),
    dirs_unmodified: z.number().optional(),
    data_added: z.number().optional(),
    data_added_packed: z.number().optional(),
    files_restored: z.number().optional(),
    bytes_restored: z.number().optional(),
    total_files: z.number().optional(),
    total_bytes: z.number().optional(),
    num_errors: z.number().optional(),
  }),
  z.object({
    message_type: z.literal('error'),
    error: z.object({ message: z.string() }).optional(),
    message: z.string().optional(),
    item: z.string().optional(),
  }),
  z.object({ message_type: z.literal('exit_error'), code: z.number(), message: z.string() }),
]);

export type ResticMessage = z.infer<typeof messageSchema>;
export type ResticSummary = Extract<ResticMessage, { message_type: 'summary' }>;

/** One line of restic's output; undefined when it is text, or a message that is not used here. */
export function parseResticLine(line: string): ResticMessage | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return messageSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

export const snapshotListSchema = z.array(
  z.object({
    id: z.string(),
    time: z.coerce.date(),
    hostname: z.string().default(''),
    tags: z.array(z.string()).nullish(),
    paths: z.array(z.string()).nullish(),
    summary: z.object({ backup_start: z.coerce.date() }).optional(),
  }),
);

/** What `ls` says of one thing in a snapshot. */
export const nodeSchema = z.object({
  message_type: z.literal('node').optional(),
  struct_type: z.literal('node'),
  name: z.string(),
  path: z.string(),
  type: z.string(),
  size: z.number().optional(),
  mtime: z.string().optional(),
});

export const keyListSchema = z.array(
  z.object({ id: z.string(), current: z.boolean(), userName: z.string(), hostName: z.string() }),
);

export const statsSchema = z.object({ total_size: z.number() });

export const versionSchema = z.object({ version: z.string(), go_version: z.string().optional() });
