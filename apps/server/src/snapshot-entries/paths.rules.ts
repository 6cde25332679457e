import path from 'node:path';
import { HoldfastError } from '@holdfast/runtime';

/** Without what leads nowhere: no name in a snapshot is `.` or `..`. @throws HoldfastError `invalid-input` */
export function cleanPath(given: string): string {
  if (given.includes('\0')) throw new HoldfastError('invalid-input', 'No path holds a NUL character.');
  return path.posix.resolve('/', given);
}

/**
 * Each once, without those that lie in another one of them.
 * @throws HoldfastError `invalid-input`, also for the root: all of it is another kind of restore, which removes what came later
 */
export function outermostPaths(given: readonly string[]): string[] {
  const all = new Set(given.map(cleanPath));
  if (all.has('/')) {
    throw new HoldfastError('invalid-input', 'To restore all of the snapshot, name no paths.');
  }
  return [...all].filter((place) => !parentsOf(place).some((parent) => all.has(parent)));
}

function parentsOf(place: string): string[] {
  const parent = path.posix.dirname(place);
  return parent === '/' ? [] : [parent, ...parentsOf(parent)];
}
