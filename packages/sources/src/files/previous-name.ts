import { lstat } from 'node:fs/promises';

/**
 * Where a restore keeps what it replaced: `<path>.before-20261122T101500Z`, with `-2`, `-3`, … where that is taken.
 */
export function choosePreviousName(path: string, now: Date): Promise<string> {
  return previousName(path, now, exists);
}

/** As `choosePreviousName`, for whatever has names. */
export async function previousName(
  path: string,
  now: Date,
  isTaken: (name: string) => Promise<boolean>,
): Promise<string> {
  const base = `${path}.before-${now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '')}`;
  for (let attempt = 1; ; attempt++) {
    const name = attempt === 1 ? base : `${base}-${attempt}`;
    if (!(await isTaken(name))) return name;
  }
}

/** Whether anything is at that path, a dangling symbolic link included. */
export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
      throw error;
    },
  );
}
