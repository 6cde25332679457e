import path from 'node:path';
import { z } from 'zod';
import { hasControlCharacter } from '../names.ts';

export interface LocalSettings {
  /** Absolute, without `..` and without a slash at its end. */
  readonly path: string;
}

export const localSettingsSchema: z.ZodType<LocalSettings> = z.strictObject({
  path: z
    .string({ error: (issue) => (issue.input === undefined ? 'is needed' : 'must be text') })
    .refine((value) => path.isAbsolute(value), 'must be an absolute path')
    .refine((value) => !hasControlCharacter(value), 'must not hold control characters')
    .transform((value) => path.resolve(value))
    .refine((value) => value !== path.parse(value).root, 'must not be the root of the file system'),
});
