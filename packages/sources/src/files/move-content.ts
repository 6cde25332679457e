import { lstat, readdir, rename } from 'node:fs/promises';
import { syncFolder } from './sync-folder.ts';

const separator = Buffer.from('/');

/**
 * Moves all that is in one folder into another of the same file system, entry by entry. What is there already under the
 * same name is not replaced. Safe to repeat.
 * @returns how many entries were left where they were, because their names were taken
 */
export async function moveContent(from: string, to: string): Promise<number> {
  const [source, target] = [Buffer.from(from), Buffer.from(to)];
  let left = 0;
  for (const name of await readdir(source, { encoding: 'buffer' })) {
    const place = Buffer.concat([target, separator, name]);
    if (await isThere(place)) left += 1;
    else await rename(Buffer.concat([source, separator, name]), place);
  }
  await syncFolder(to);
  await syncFolder(from);
  return left;
}

function isThere(place: Buffer): Promise<boolean> {
  return lstat(place).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
