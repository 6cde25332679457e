import { mkdir, realpath, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { HoldfastError } from '@holdfast/runtime';
import { throwIfCancelled } from '../files/cancellation.ts';
import { chooseConsistency } from '../files/consistency.ts';
import { emptyFolder, fillTree, incomplete, restoringError } from '../files/fill-tree.ts';
import { requireFreeSpace } from '../files/free-space.ts';
import { mountPointsWithin } from '../files/mount-points.ts';
import { choosePreviousName, exists } from '../files/previous-name.ts';
import { insideOf, restorePaths } from '../files/restore-paths.ts';
import { syncFolder } from '../files/sync-folder.ts';
import { type TreeDetails, treeDetails } from '../files/tree-details.ts';
import { clearUsers, type Occupation, refuseBusy } from '../files/tree-users.ts';
import type { CaptureContext, RestoreReport, RestoreRequest } from '../source.ts';
import { folderUsers } from './folder-users.ts';
import type { DirectoryLocator } from './locator.ts';
import { freshFolderOf, intentFileOf, swapFolders, writeIntent } from './swap.ts';

/**
 * Restores beside the folder, compares the counts, then swaps by rename and keeps the old one (`swap`); restores to
 * a path that is free (`beside`); or empties the folder and restores into it, for when there is no room for both
 * or when it cannot be renamed (`in-place`). Of some paths only, what they replace is kept in every mode.
 *
 * @throws HoldfastError `restore-space`, `restore-target-exists`, `restore-target-mounted`, `restore-target-busy`,
 *   `restore-verification-failed`, `restore-failed`, `cancelled`; what was there is then untouched, except `in-place`
 */
export async function restoreDirectory(
  locator: DirectoryLocator,
  request: RestoreRequest,
  context: CaptureContext,
): Promise<RestoreReport> {
  const target =
    request.mode === 'beside' ? await newTarget(request.newName) : await resolveTarget(locator.path);
  const details = treeDetails.parse(request.manifest.details);
  throwIfCancelled(context.signal);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    if (request.paths !== undefined && request.mode !== 'beside' && (await exists(target))) {
      return await restorePathsInto(target, request.paths, details, request, context);
    }
    if (request.mode === 'in-place') return await restoreInPlace(target, details, request, context);
    return await restoreFresh(target, details, request, context, locator);
  } catch (error) {
    throw restoringError(JSON.stringify(target), error);
  }
}

async function restoreFresh(
  target: string,
  details: TreeDetails,
  request: RestoreRequest,
  context: CaptureContext,
  locator: DirectoryLocator,
): Promise<RestoreReport> {
  const replaces = await exists(target);
  if (replaces) {
    await requireRenamable(target);
    // Before the work as well as before the swap.
    refuseBusy(await occupation(target, context));
  }
  if (request.paths === undefined) await requireFreeSpace(path.dirname(target), details.allocatedBytes);
  const fresh = freshFolderOf(target, context.operationId);
  // Beside the original in every mode: that is where a clean-up, which knows only the source, looks for it.
  const original = await resolveTarget(locator.path);
  const intentFile = intentFileOf(
    (await exists(path.dirname(original))) ? original : target,
    context.operationId,
  );
  await writeIntent(intentFile, { fresh });
  try {
    await mkdir(fresh, { mode: 0o700 });
    const filled = await fillTree(fresh, details, request, context);
    if (!replaces) {
      await context.willExchange?.({ restored: [target], previous: [] });
      await moveToFreeName(fresh, target);
      return { restored: [target], previous: [], ...filled };
    }
    const previous = await choosePreviousName(target, new Date());
    throwIfCancelled(context.signal);
    const release = await clearUsers(await occupation(target, context), context);
    try {
      await writeIntent(intentFile, { fresh, swap: { target, previous } });
      context.reporter.step('swapping');
      await context.willExchange?.({ restored: [target], previous: [previous] });
      await swapFolders(fresh, target, previous);
    } finally {
      await release();
    }
    return { restored: [target], previous: [previous], ...filled };
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(intentFile, { force: true });
  }
}

async function restoreInPlace(
  target: string,
  details: TreeDetails,
  request: RestoreRequest,
  context: CaptureContext,
): Promise<RestoreReport> {
  await mkdir(target, { recursive: true });
  const release = await clearUsers(await occupation(target, context), context);
  context.reporter.step('removing the old content');
  try {
    await emptyFolder(target);
    return { restored: [target], previous: [], ...(await fillTree(target, details, request, context)) };
  } catch (error) {
    throw incomplete(error);
  } finally {
    await release();
  }
}

/** In place they are loaded into the folder itself, and what they replace is kept there: renames reach no farther. */
async function restorePathsInto(
  target: string,
  paths: readonly string[],
  details: TreeDetails,
  request: RestoreRequest,
  context: CaptureContext,
): Promise<RestoreReport> {
  const inside = request.mode === 'in-place';
  if (!inside && (await mountPointsWithin(target)).includes(target)) {
    throw new HoldfastError(
      'restore-target-mounted',
      `${JSON.stringify(target)} is a mount point; files cannot be renamed into it from beside.`,
      {
        hint: 'Restore with --in-place: what is replaced is then kept in a hidden folder in it. Nothing was changed.',
      },
    );
  }
  const restore = { target, paths, details, request, occupation: () => occupation(target, context) };
  return restorePaths(restore, inside ? insideOf(target) : target, context);
}

async function occupation(target: string, context: CaptureContext): Promise<Occupation> {
  const users = await folderUsers(target, context);
  const mayStop = chooseConsistency(users, context.services?.defaultConsistency) === 'stop';
  return { users, mayStop, shown: `The folder ${JSON.stringify(target)}` };
}

async function requireRenamable(target: string): Promise<void> {
  const [point] = await mountPointsWithin(target);
  if (point === undefined) return;
  const where = point === target ? 'is a mount point' : `has a mount point in it (${JSON.stringify(point)})`;
  throw new HoldfastError(
    'restore-target-mounted',
    `${JSON.stringify(target)} ${where} and cannot be swapped by a rename.`,
  );
}

/** A rename onto an empty folder that appeared meanwhile succeeds; onto anything else it fails. */
async function moveToFreeName(fresh: string, target: string): Promise<void> {
  if (await exists(target)) throw taken(target);
  await rename(fresh, target);
  await syncFolder(path.dirname(target));
}

async function resolveTarget(original: string): Promise<string> {
  return (await exists(original)) ? realpath(original).catch(() => original) : original;
}

async function newTarget(newName: string | undefined): Promise<string> {
  if (newName === undefined || !path.isAbsolute(newName) || newName.includes('\0')) {
    throw new HoldfastError(
      'invalid-input',
      'A folder is restored beside the original at an absolute path.',
      {
        hint: 'Give the path of the new folder, for example --as /srv/app/restored.',
      },
    );
  }
  const target = path.resolve(newName);
  if (await exists(target)) throw taken(target);
  return target;
}

function taken(target: string): HoldfastError {
  return new HoldfastError('restore-target-exists', `${JSON.stringify(target)} exists already.`);
}
