import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

export const hashAlgorithm = 'sha256';

/** As the manifest keeps it. */
export function hashText(hash: Hash): string {
  return `${hashAlgorithm}:${hash.digest('hex')}`;
}

/** The content of a whole file. */
export async function hashOfFile(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash(hashAlgorithm);
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash, { signal });
  return hashText(hash);
}
