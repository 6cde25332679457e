import type { Snapshot } from '@holdfast/contracts';
import { CommandError } from '../command-error.ts';

/**
 * The snapshot that a person means: `latest` is the newest good one; anything else is an id of a snapshot or of one
 * of its restic snapshots, or the beginning of one.
 * @throws CommandError `not-found`, `ambiguous`
 */
export function findSnapshot(snapshots: readonly Snapshot[], source: string, reference: string): Snapshot {
  if (reference === 'latest') return latest(snapshots, source);
  const wanted = reference.toLowerCase();
  const found = snapshots.filter(({ id, resticId, parts }) =>
    [id, resticId, ...parts.map((part) => part.resticId)].some((candidate) => candidate.startsWith(wanted)),
  );
  const [first, second] = found;
  if (first === undefined) {
    throw new CommandError('not-found', `${source} has no snapshot whose id begins with "${reference}".`, {
      hint: `holdfast snapshots ${source} lists those it has.`,
    });
  }
  if (second !== undefined) {
    throw new CommandError(
      'ambiguous',
      `${found.length} snapshots of ${source} have an id that begins with "${reference}".`,
    );
  }
  return first;
}

function latest(snapshots: readonly Snapshot[], source: string): Snapshot {
  const newestFirst = snapshots.toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time));
  const [best] = [...newestFirst.filter((snapshot) => snapshot.state === 'good'), ...newestFirst];
  if (best !== undefined) return best;
  throw new CommandError('not-found', `${source} has no snapshot.`, {
    hint: `Make one with: holdfast backup ${source}`,
  });
}
