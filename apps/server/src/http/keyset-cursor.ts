import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';

const pairSchema = z.tuple([z.string(), z.string()]);

/** The place after a row in a list that is sorted by two texts, of which the second is unique. */
export type Keyset = z.infer<typeof pairSchema>;

export function writeKeyset(keyset: Keyset): string {
  return Buffer.from(JSON.stringify(keyset)).toString('base64url');
}

/** @throws HoldfastError `invalid-input` */
export function parseKeyset(cursor: string): Keyset {
  try {
    return pairSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new HoldfastError('invalid-input', `${JSON.stringify(cursor)} is no cursor of this list.`);
  }
}
