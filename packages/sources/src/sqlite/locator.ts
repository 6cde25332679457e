import path from 'node:path';
import { z } from 'zod';

export const sqliteLocator = z.object({
  /** The database file itself; a symbolic link is followed. */
  path: z
    .string()
    .refine((value) => path.isAbsolute(value) && !value.includes('\0'), 'must be an absolute path'),
});
export type SqliteLocator = z.infer<typeof sqliteLocator>;

const extension = '.sqlite';

/** The path of the stream inside the snapshot; anything outside `A-Za-z0-9_.-` is percent-encoded (decision 3). */
export function partPathOf(file: string): string {
  const name = [...Buffer.from(path.basename(file))]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9_.-]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
  return `/${name.endsWith(extension) ? name : name + extension}`;
}
