import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { CaptureContext, RestoreReport, RestoreRequest } from '../source.ts';
import { throwIfCancelled } from './cancellation.ts';
import { exchangePaths, planMoves, willFill } from './exchange-paths.ts';
import { dressRoot, fillTree } from './fill-tree.ts';
import { choosePreviousName } from './previous-name.ts';
import type { TreeDetails } from './tree-details.ts';
import { clearUsers, type Occupation, refuseBusy } from './tree-users.ts';

/** Files and folders of a snapshot that go back into a tree which is there. */
export interface PathsRestore {
  readonly target: string;
  readonly paths: readonly string[];
  readonly details: TreeDetails;
  readonly request: RestoreRequest;
  /** Who uses the tree, asked for again before anything is changed. */
  readonly occupation: () => Promise<Occupation>;
}

/** For trees that have nothing on their own file system beside them: hidden, but in them. */
export function insideOf(target: string): string {
  return path.join(target, '.holdfast');
}

export function pathsIntentFile(base: string, operationId: string): string {
  return `${base}.holdfast-${operationId}.paths.json`;
}

/**
 * Loads them into a folder of their own, compares the counts, then puts them into their places by renames. What had
 * their names is kept in another folder, and all else stays as it is.
 * @param base what the names of both folders begin with
 */
export async function restorePaths(
  { target, paths, details, request, occupation }: PathsRestore,
  base: string,
  context: CaptureContext,
): Promise<RestoreReport> {
  refuseBusy(await occupation());
  const fresh = `${base}.holdfast-${context.operationId}`;
  const intentFile = pathsIntentFile(base, context.operationId);
  await willFill(intentFile, fresh);
  try {
    await mkdir(fresh, { mode: 0o700 });
    const filled = await fillTree(fresh, details, request, context);
    throwIfCancelled(context.signal);
    const release = await clearUsers(await occupation(), context);
    try {
      context.reporter.step('swapping');
      const moves = await planMoves(target, paths);
      const previous = await choosePreviousName(base, new Date());
      const keeps = moves.some(({ replaces }) => replaces);
      if (keeps) await makeAlike(previous, target);
      await exchangePaths(intentFile, { target, fresh, previous, ownPrevious: true }, moves);
      return { restored: restoredPlaces(target, paths), previous: keeps ? [previous] : [], ...filled };
    } finally {
      await release();
    }
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(intentFile, { force: true });
  }
}

export function restoredPlaces(target: string, paths: readonly string[]): string[] {
  return paths.map((wanted) => path.join(target, wanted));
}

async function makeAlike(folder: string, model: string): Promise<void> {
  const { mode, uid, gid, mtimeMs } = await stat(model);
  await mkdir(folder, { mode: 0o700 });
  await dressRoot(folder, { mode: mode & 0o7777, uid, gid, mtimeMs });
}
