import { chmod, chown, readdir, rm, utimes } from 'node:fs/promises';
import type { SnapshotPart } from '@holdfast/contracts';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { CaptureContext, RestoreReport, RestoreRequest } from '../source.ts';
import { throwIfCancelled } from './cancellation.ts';
import { differencesOf, summarise } from './compare-counts.ts';
import { countFiles } from './count-files.ts';
import { ancestorsOf } from './exchange-paths.ts';
import { requireFreeSpace } from './free-space.ts';
import { mountPointsWithin } from './mount-points.ts';
import { syncFolder } from './sync-folder.ts';
import { type TreeDetails, treeDetails } from './tree-details.ts';

/**
 * Puts a snapshot into an empty folder, counts what is there now, and gives the folder its own owner, mode and time.
 * @throws HoldfastError `restore-verification-failed`, `cancelled`, and those of the engine
 */
export async function fillTree(
  folder: string,
  { root, allocatedBytes }: Pick<TreeDetails, 'root' | 'allocatedBytes'>,
  request: RestoreRequest,
  { reporter, signal }: Pick<CaptureContext, 'reporter' | 'signal'>,
): Promise<Pick<RestoreReport, 'verified' | 'warnings'>> {
  if (request.paths !== undefined) {
    return fillPaths(folder, { root, allocatedBytes }, request, request.paths, { reporter, signal });
  }
  reporter.step('restoring files');
  // An empty tree has no part.
  if (request.parts.length > 0) await request.files(choosePart(request), folder);
  throwIfCancelled(signal);
  reporter.step('verifying');
  const expected = request.manifest.counts;
  const { counts } = await countFiles(folder, signal);
  // A snapshot of a tree that was being changed does not know the number of its links.
  const found = Object.fromEntries(Object.entries(counts).filter(([name]) => name in expected));
  const differences = differencesOf(expected, found);
  if (differences.length > 0) {
    throw new HoldfastError('restore-verification-failed', `${summarise(differences)}.`);
  }
  const warnings = await dressRoot(folder, root);
  await syncFolder(folder);
  return { verified: found, warnings };
}

/** As `fillTree`, of some paths: what they must hold, the repository itself says. */
async function fillPaths(
  folder: string,
  { root, allocatedBytes }: Pick<TreeDetails, 'root' | 'allocatedBytes'>,
  request: RestoreRequest,
  paths: readonly string[],
  { reporter, signal }: Pick<CaptureContext, 'reporter' | 'signal'>,
): Promise<Pick<RestoreReport, 'verified' | 'warnings'>> {
  reporter.step('looking for the files');
  const part = choosePart(request);
  const { files, folders, bytes } = await request.measure(part, paths);
  throwIfCancelled(signal);
  // Files with holes take less than their size.
  await requireFreeSpace(folder, Math.min(bytes, allocatedBytes));
  reporter.step('restoring files');
  await request.files(part, folder, paths);
  throwIfCancelled(signal);
  reporter.step('verifying');
  const { counts } = await countFiles(folder, signal);
  const ways = new Set(paths.flatMap(ancestorsOf)).size;
  const found = { files: counts.files, folders: counts.folders - ways, bytes: counts.bytes };
  const differences = differencesOf({ files, folders, bytes }, found);
  if (differences.length > 0) {
    throw new HoldfastError('restore-verification-failed', `${summarise(differences)}.`);
  }
  const warnings = await dressRoot(folder, root);
  await syncFolder(folder);
  return { verified: found, warnings };
}

/** A drill of a tree of files: into a folder that is thrown away, with the comparison of every restore. */
export async function fillDrill(
  folder: string,
  request: RestoreRequest,
  context: CaptureContext,
): Promise<RestoreReport> {
  const details = treeDetails.parse(request.manifest.details);
  return { restored: [folder], previous: [], ...(await fillTree(folder, details, request, context)) };
}

/** Gives a folder the owner, mode and time that it had. @returns what could not be given, in sentences */
export async function dressRoot(folder: string, root: TreeDetails['root']): Promise<string[]> {
  const refused = await chown(folder, root.uid, root.gid).then(
    () => [],
    () => [`The folder belongs to this user: Holdfast may not give it to ${root.uid}:${root.gid}.`],
  );
  await chmod(folder, root.mode);
  await utimes(folder, root.mtimeMs / 1000, root.mtimeMs / 1000);
  return refused;
}

/** Removes what is in a folder and keeps the folder. What is mounted below is emptied, not unmounted. */
export async function emptyFolder(folder: string): Promise<void> {
  const mounted = new Set(await mountPointsWithin(folder));
  for (const name of await readdir(Buffer.from(folder), { encoding: 'buffer' })) {
    const entry = Buffer.concat([Buffer.from(`${folder}/`), name]);
    const shown = entry.toString('utf8');
    if ([...mounted].some((point) => point === shown || point.startsWith(`${shown}/`)))
      await emptyFolder(shown);
    else await rm(entry, { recursive: true, force: true });
  }
}

function choosePart({ parts, part }: RestoreRequest): SnapshotPart {
  const reader = part === undefined ? parts[0] : parts.find((candidate) => candidate.part.path === part);
  if (reader !== undefined) return reader.part;
  throw new HoldfastError('not-found', `The snapshot holds no part ${JSON.stringify(part ?? '')}.`);
}

/** Says of a failure after the old content was removed that it was. */
export function incomplete(error: unknown): HoldfastError {
  const { code, message } = asHoldfastError(error, 'restore-failed');
  return new HoldfastError(code, message, {
    hint: 'The old content was removed before, as --in-place does, and the new one is not complete: restore again.',
    cause: error,
  });
}

/** What a failing system call means for a restore; other errors as they are. */
export function restoringError(shown: string, error: unknown): unknown {
  if (error instanceof HoldfastError || !(error instanceof Error) || !('code' in error)) return error;
  const words = `Restoring to ${shown} failed: ${error.message}.`;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    return new HoldfastError('restore-space', words, { cause: error });
  }
  if (error.code === 'EBUSY' || error.code === 'EXDEV') {
    return new HoldfastError('restore-target-mounted', words, { cause: error });
  }
  return new HoldfastError('restore-failed', words, { cause: error });
}
