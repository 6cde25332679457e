import { chmod, chown, lstat, mkdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { readIntent, writeIntent } from './intent-file.ts';
import { exists } from './previous-name.ts';
import { syncFolder } from './sync-folder.ts';

/** One rename into the tree; what has the name there goes out of it before. */
const moveSchema = z.object({ path: z.string(), replaces: z.boolean() });
type Move = z.infer<typeof moveSchema>;

/**
 * What a restore of some paths is about to do, stored before it does, so that a later run can take back what a crash
 * cut off. All folders are on one file system.
 */
const intentSchema = z.object({
  /** Holds the new content, under the paths that it is to have. */
  fresh: z.string(),
  /** Absent until that is complete. */
  exchange: z
    .object({
      target: z.string(),
      /** Gets what is replaced, under the paths that it had. */
      previous: z.string(),
      /** That folder is made for this, and goes when it is taken back. */
      ownPrevious: z.boolean(),
      moves: z.array(moveSchema),
    })
    .optional(),
});
type Intent = z.infer<typeof intentSchema>;
type Exchange = NonNullable<Intent['exchange']>;

/** Where the paths of a restore go, and what is replaced. */
export interface PathsPlaces extends Omit<Exchange, 'moves'> {
  readonly fresh: string;
}

/**
 * What has to be renamed to bring paths into a tree. Where a folder on the way is missing, the one in `fresh`, which
 * holds nothing else, becomes it.
 * @throws HoldfastError `restore-blocked` when something on the way is no folder: behind a link could be any place
 */
export async function planMoves(target: string, paths: readonly string[]): Promise<Move[]> {
  const moves = new Map<string, Move>();
  for (const wanted of paths) {
    const names = wanted.split('/').filter((name) => name !== '');
    for (let depth = 1; depth <= names.length; depth++) {
      const place = names.slice(0, depth).join('/');
      if (moves.has(place)) break;
      const there = await statOf(path.join(target, place));
      if (there === undefined || depth === names.length) {
        moves.set(place, { path: place, replaces: there !== undefined });
        break;
      }
      if (!there.isDirectory()) throw blocked(path.join(target, place));
    }
  }
  return [...moves.values()];
}

/** Writes down that a folder with new content is being made. */
export function willFill(intentFile: string, fresh: string): Promise<void> {
  return writeIntent(intentFile, { fresh });
}

/** Carries the moves out. When it fails they are taken back; after a crash `takeBackPaths` does that. */
export async function exchangePaths(
  intentFile: string,
  { fresh, ...places }: PathsPlaces,
  moves: readonly Move[],
): Promise<void> {
  const exchange = { ...places, moves: [...moves] };
  await writeIntent(intentFile, { fresh, exchange });
  try {
    for (const move of moves) await carryOut(move, fresh, exchange);
    for (const folder of foldersOf(moves, places.target)) await syncFolder(folder);
  } catch (error) {
    const left = await undo(fresh, exchange);
    if (left.length === 0) throw error;
    const { code, message } = asHoldfastError(error, 'restore-failed');
    throw new HoldfastError(code, [message, ...madeAnew(left, places.previous)].join(' '), { cause: error });
  }
  // From here on it has happened.
  await rm(intentFile);
  await syncFolder(path.dirname(intentFile));
}

async function carryOut(move: Move, fresh: string, { target, previous }: Exchange): Promise<void> {
  const place = path.join(target, move.path);
  if (move.replaces) {
    await makeWay(move.path, target, previous);
    await rename(place, path.join(previous, move.path));
  }
  await rename(path.join(fresh, move.path), place);
}

/** The folders that lead to a path, as they are in the tree. */
async function makeWay(wanted: string, target: string, previous: string): Promise<void> {
  for (const folder of ancestorsOf(wanted)) {
    const made = path.join(previous, folder);
    if (await exists(made)) continue;
    const { mode, uid, gid } = await lstat(path.join(target, folder));
    await mkdir(made);
    await chown(made, uid, gid).catch(() => {});
    await chmod(made, mode & 0o7777);
  }
}

/** @returns what could not be put back, because something has its name */
async function undo(fresh: string, { target, previous, ownPrevious, moves }: Exchange): Promise<string[]> {
  const left: string[] = [];
  for (const move of moves.toReversed()) {
    const [place, held, kept] = [target, fresh, previous].map((folder) => path.join(folder, move.path)) as [
      string,
      string,
      string,
    ];
    if (!(await exists(held)) && (await exists(place))) await rename(place, held);
    if (!move.replaces || !(await exists(kept))) continue;
    if (await exists(place)) left.push(place);
    else await rename(kept, place);
  }
  const ways = new Set(moves.flatMap((move) => ancestorsOf(move.path)));
  for (const folder of [...ways].toSorted((a, b) => b.length - a.length)) {
    await rmdir(path.join(previous, folder)).catch(() => {});
  }
  if (ownPrevious) await rmdir(previous).catch(() => {});
  for (const folder of foldersOf(moves, target)) await syncFolder(folder).catch(() => {});
  return left;
}

/**
 * Brings a tree back to how it was before an exchange that did not come to its end, and removes what was to go into it.
 * Safe to repeat; nothing when there is none.
 * @returns what a person should know, in sentences
 */
export async function takeBackPaths(intentFile: string): Promise<string[]> {
  await rm(`${intentFile}.new`, { force: true });
  const intent = await readIntent(intentFile, intentSchema);
  if (intent === undefined) return [];
  const { fresh, exchange } = intent;
  const left = exchange === undefined ? [] : await undo(fresh, exchange);
  await rm(fresh, { recursive: true, force: true });
  await rm(intentFile);
  if (exchange === undefined) return [];
  return [
    `An interrupted restore into ${JSON.stringify(exchange.target)} was taken back.`,
    ...madeAnew(left, exchange.previous),
  ];
}

function madeAnew(places: readonly string[], previous: string): string[] {
  return places.map(
    (place) =>
      `${JSON.stringify(place)} was made anew meanwhile; the one from before is in ${JSON.stringify(previous)}.`,
  );
}

/** `a` and `a/b` of `a/b/c`. */
export function ancestorsOf(wanted: string): string[] {
  const names = wanted.split('/').filter((name) => name !== '');
  return names.slice(0, -1).map((_, index) => names.slice(0, index + 1).join('/'));
}

function foldersOf(moves: readonly Move[], target: string): ReadonlySet<string> {
  return new Set(moves.map((move) => path.dirname(path.join(target, move.path))));
}

async function statOf(place: string) {
  return lstat(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

function blocked(place: string): HoldfastError {
  return new HoldfastError(
    'restore-blocked',
    `${JSON.stringify(place)} was a folder when the snapshot was taken, and is none now.`,
    { hint: 'Move it away, or restore beside the original, and copy what you need. Nothing was changed.' },
  );
}
