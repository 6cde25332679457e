import { z } from 'zod';

/**
 * The content of a backup, before compression and encryption: lines of JSON. A header; then for each table one line
 * that names it and its columns, followed by one line for each row, its values in the order of the columns; then a
 * trailer, whose hash is over all bytes before it.
 */
export const formatVersion = 1;

export const headerSchema = z.object({
  holdfast: z.literal('self-backup'),
  format: z.int(),
  /** Of the Holdfast that wrote it. */
  version: z.string(),
  instance: z.string(),
  /** The migrations that its tables had been through, in order. */
  migrations: z.array(z.string()).min(1),
  createdAt: z.iso.datetime(),
});
export type Header = z.infer<typeof headerSchema>;

export const tableLineSchema = z.strictObject({ table: z.string(), columns: z.array(z.string()).min(1) });

export const trailerSchema = z.strictObject({
  rows: z.record(z.string(), z.int().min(0)),
  sha256: z.string().length(64),
});

/** What a cell may hold: the same on every database. */
export const valueSchema = z.union([z.string(), z.number(), z.null()]);
export const rowSchema = z.array(valueSchema);
