import path from 'node:path';
import { z } from 'zod';

export const directoryLocator = z.object({
  /** The folder itself; a symbolic link is followed. */
  path: z
    .string()
    .refine(
      (value) => path.isAbsolute(value) && path.resolve(value) !== '/' && !value.includes('\0'),
      'must be an absolute path other than /',
    )
    .transform((value) => path.resolve(value)),
});
export type DirectoryLocator = z.infer<typeof directoryLocator>;
