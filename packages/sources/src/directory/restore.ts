import { chmod, chown, mkdir, readdir, realpath, rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { SnapshotPart } from '@holdfast/contracts';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { throwIfCancelled } from '../files/cancellation.ts';
import { differencesOf, summarise } from '../files/compare-counts.ts';
import { requireFreeSpace } from '../files/free-space.ts';
import { choosePreviousName, exists } from '../files/previous-name.ts';
import { syncFolder } from '../files/sync-folder.ts';
import type { CaptureContext, RestoreReport, RestoreRequest } from '../source.ts';
import { countFiles } from './count-files.ts';
import { type DirectoryDetails, directoryDetails } from './details.ts';
import type { DirectoryLocator } from './locator.ts';
import { mountPointsWithin } from './mount-points.ts';
import { freshFolderOf, intentFileOf, swapFolders, writeIntent } from './swap.ts';

/**
 * Restores beside the folder, compares the counts, then swaps by rename and keeps the old one (`swap`); restores to
 * a path that is free (`beside`); or empties the folder and restores into it, for when there is no room for both
 * or when it cannot be renamed (`in-place`).
 *
 * @throws HoldfastError `restore-space`, `restore-target-exists`, `restore-target-mounted`,
 *   `restore-verification-failed`, `restore-failed`, `cancelled`; what was there is then untouched, except `in-place`
 */
export async function restoreDirectory(
  locator: DirectoryLocator,
  request: RestoreRequest,
  context: CaptureContext,
): Promise<RestoreReport> {
  const target =
    request.mode === 'beside' ? await newTarget(request.newName) : await resolveTarget(locator.path);
  const details = directoryDetails.parse(request.manifest.details);
  const part = choosePart(request);
  throwIfCancelled(context.signal);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    if (request.mode === 'in-place') return await restoreInPlace(target, part, details, request, context);
    return await restoreFresh(target, part, details, request, context, locator);
  } catch (error) {
    throw restoringError(target, error);
  }
}

async function restoreFresh(
  target: string,
  part: SnapshotPart,
  details: DirectoryDetails,
  request: RestoreRequest,
  context: CaptureContext,
  locator: DirectoryLocator,
): Promise<RestoreReport> {
  const replaces = await exists(target);
  if (replaces) await requireRenamable(target);
  await requireFreeSpace(path.dirname(target), details.allocatedBytes);
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
    const filled = await fill(fresh, part, details, request, context);
    if (!replaces) {
      await moveToFreeName(fresh, target);
      return { restored: [target], previous: [], ...filled };
    }
    const previous = await choosePreviousName(target, new Date());
    await writeIntent(intentFile, { fresh, swap: { target, previous } });
    throwIfCancelled(context.signal);
    context.reporter.step('swapping');
    await swapFolders(fresh, target, previous);
    return { restored: [target], previous: [previous], ...filled };
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(intentFile, { force: true });
  }
}

async function restoreInPlace(
  target: string,
  part: SnapshotPart,
  details: DirectoryDetails,
  request: RestoreRequest,
  context: CaptureContext,
): Promise<RestoreReport> {
  context.reporter.step('removing the old content');
  await mkdir(target, { recursive: true });
  await empty(target);
  try {
    return { restored: [target], previous: [], ...(await fill(target, part, details, request, context)) };
  } catch (error) {
    const { code, message } = asHoldfastError(error, 'restore-failed');
    throw new HoldfastError(code, message, {
      hint: 'The old content was removed before, as --in-place does, and the new one is not complete: restore again.',
      cause: error,
    });
  }
}

/** Puts the snapshot into an empty folder and compares. */
async function fill(
  folder: string,
  part: SnapshotPart,
  { root, unchanged }: DirectoryDetails,
  request: RestoreRequest,
  { reporter, signal }: CaptureContext,
): Promise<Pick<RestoreReport, 'verified' | 'warnings'>> {
  reporter.step('restoring files');
  await request.files(part, folder);
  throwIfCancelled(signal);
  reporter.step('verifying');
  const found = await countFiles(folder, signal);
  const differences = differencesOf(request.manifest.counts, found.counts);
  if (differences.length > 0 && unchanged) {
    throw new HoldfastError('restore-verification-failed', `${summarise(differences)}.`);
  }
  const refused = await chown(folder, root.uid, root.gid).then(
    () => [],
    () => [`The folder belongs to this user: Holdfast may not give it to ${root.uid}:${root.gid}.`],
  );
  await chmod(folder, root.mode);
  await utimes(folder, root.mtimeMs / 1000, root.mtimeMs / 1000);
  await syncFolder(folder);
  const drift = differences.map((words) => `The folder was being changed when it was backed up: ${words}.`);
  const equal = Object.entries(found.counts).filter(
    ([name, count]) => request.manifest.counts[name] === count,
  );
  return { verified: Object.fromEntries(equal), warnings: [...refused, ...drift] };
}

/** Removes what is in a folder and keeps the folder. What is mounted below is emptied, not unmounted. */
async function empty(folder: string): Promise<void> {
  const mounted = new Set(await mountPointsWithin(folder));
  for (const name of await readdir(Buffer.from(folder), { encoding: 'buffer' })) {
    const entry = Buffer.concat([Buffer.from(`${folder}/`), name]);
    const shown = entry.toString('utf8');
    if ([...mounted].some((point) => point === shown || point.startsWith(`${shown}/`))) await empty(shown);
    else await rm(entry, { recursive: true, force: true });
  }
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

function choosePart({ parts, part }: RestoreRequest): SnapshotPart {
  const reader = part === undefined ? parts[0] : parts.find((candidate) => candidate.part.path === part);
  if (reader !== undefined) return reader.part;
  throw new HoldfastError('not-found', `The snapshot holds no part ${JSON.stringify(part ?? '')}.`);
}

function restoringError(target: string, error: unknown): unknown {
  if (error instanceof HoldfastError || !(error instanceof Error) || !('code' in error)) return error;
  const words = `Restoring to ${JSON.stringify(target)} failed: ${error.message}.`;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    return new HoldfastError('restore-space', words, { cause: error });
  }
  if (error.code === 'EBUSY' || error.code === 'EXDEV') {
    return new HoldfastError('restore-target-mounted', words, { cause: error });
  }
  return new HoldfastError('restore-failed', words, { cause: error });
}
