import { stat } from 'node:fs/promises';
import type { DockerHost, EngineVolume } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';
import { throwIfCancelled } from '../files/cancellation.ts';
import { exchangePaths, planMoves } from '../files/exchange-paths.ts';
import { dressRoot, emptyFolder, fillTree, incomplete, restoringError } from '../files/fill-tree.ts';
import { requireFreeSpace } from '../files/free-space.ts';
import { mountPointsWithin } from '../files/mount-points.ts';
import { moveContent } from '../files/move-content.ts';
import { previousName } from '../files/previous-name.ts';
import { insideOf, restorePaths } from '../files/restore-paths.ts';
import { swapContent } from '../files/swap-content.ts';
import { clearUsers, refuseBusy } from '../files/tree-users.ts';
import type { CaptureContext, RestoreReport, RestoreRequest } from '../source.ts';
import { type VolumeDetails, volumeTreeDetails } from './details.ts';
import { engineOf, pathOf } from './locate.ts';
import { type VolumeLocator, volumeName } from './locator.ts';
import { occupationOf } from './occupation.ts';
import { previousLabels } from './own-volumes.ts';
import { openWorkshop, type Workshop, workshopName } from './workshop.ts';

interface Restore {
  readonly docker: DockerHost;
  readonly details: VolumeDetails;
  readonly request: RestoreRequest;
  readonly context: CaptureContext;
}

/**
 * Restores into a volume of its own, compares the counts, then exchanges the content (`swap`) and keeps the old one in
 * a volume beside; makes a new volume (`beside`); or empties the volume and restores into it (`in-place`). A volume that
 * is missing is made as it was. Of some paths only, all else stays, and what they replace is kept in every mode.
 *
 * @throws HoldfastError `restore-space`, `restore-target-exists`, `restore-target-mounted`, `restore-target-busy`,
 *   `restore-verification-failed`, `restore-failed`, `source-unreadable` (its folder is not seen from here), `cancelled`;
 *   what was there is then untouched, except `in-place`
 */
export async function restoreVolume(
  { volume }: VolumeLocator,
  request: RestoreRequest,
  context: CaptureContext,
): Promise<RestoreReport> {
  const docker = engineOf(context);
  const details = volumeTreeDetails.parse(request.manifest.details);
  throwIfCancelled(context.signal);
  const name = request.mode === 'beside' ? newVolumeName(request.newName) : volume.name;
  const existing = await docker.resources.volume(name);
  const restore: Restore = { docker, details, request, context };
  try {
    if (request.mode === 'beside' && existing !== undefined) throw taken(name);
    if (existing === undefined) return await restoreIntoNew(name, restore);
    if (request.paths !== undefined && request.mode !== 'beside') {
      return await restorePathsInto(existing, request.paths, restore);
    }
    return request.mode === 'in-place'
      ? await restoreInPlace(existing, restore)
      : await restoreBySwap(existing, restore);
  } catch (error) {
    throw restoringError(`the volume ${name}`, error);
  }
}

async function restoreBySwap(volume: EngineVolume, restore: Restore): Promise<RestoreReport> {
  const { docker, context } = restore;
  const target = await pathOf(volume, docker);
  await requireExchangeable(volume, target);
  // Before the work as well as before the exchange.
  refuseBusy(await occupationOf(docker, volume, context));
  return inWorkshop(restore, async (workshop, filled) => {
    const kept = await makePrevious(volume, target, workshop, docker);
    const release = await clearUsers(await occupationOf(docker, volume, context), context);
    try {
      context.reporter.step('swapping');
      await context.willExchange?.({ restored: [volume.name], previous: [kept.name] });
      await swapContent(workshop.intentFile, { target, fresh: workshop.content, previous: kept.path });
      await workshop.keepMade();
      const warnings = await dressRoot(target, restore.details.root);
      return { ...filled, restored: [volume.name], previous: [kept.name], warnings };
    } finally {
      await release();
    }
  });
}

async function restoreIntoNew(name: string, restore: Restore): Promise<RestoreReport> {
  const { docker, details, request, context } = restore;
  return inWorkshop(restore, async (workshop, filled) => {
    await context.willExchange?.({ restored: [name], previous: [] });
    const { driver, labels, options } = details.volume;
    // Under another name it is nobody's: neither Compose nor another Holdfast shall take it for the original.
    const made =
      request.mode === 'beside' ? { driver: 'local', labels: {}, options: {} } : { driver, labels, options };
    await workshop.willMake(name);
    await docker.resources.createVolume({ name, ...made });
    const volume = await docker.resources.volume(name);
    if (volume === undefined) throw new HoldfastError('docker-failed', `The volume ${name} was not made.`);
    const target = await pathOf(volume, docker);
    await moveContent(workshop.content, target);
    const warnings = await dressRoot(target, details.root);
    await workshop.keepMade();
    return { ...filled, restored: [name], previous: [], warnings };
  });
}

async function restoreInPlace(volume: EngineVolume, restore: Restore): Promise<RestoreReport> {
  const { docker, details, request, context } = restore;
  const target = await pathOf(volume, docker);
  const release = await clearUsers(await occupationOf(docker, volume, context), context);
  context.reporter.step('removing the old content');
  try {
    await emptyFolder(target);
    const filled = await fillTree(target, details, request, context);
    return { restored: [volume.name], previous: [], ...filled };
  } catch (error) {
    throw incomplete(error);
  } finally {
    await release();
  }
}

/** By renames from the workshop; or, where those do not reach the volume's own file system, within it (`in-place`). */
async function restorePathsInto(
  volume: EngineVolume,
  paths: readonly string[],
  restore: Restore,
): Promise<RestoreReport> {
  const { docker, details, request, context } = restore;
  const target = await pathOf(volume, docker);
  const occupation = () => occupationOf(docker, volume, context);
  const restored = paths.map((wanted) => `${volume.name}:${wanted}`);
  if (request.mode === 'in-place') {
    const report = await restorePaths(
      { target, paths, details, request, occupation },
      insideOf(target),
      context,
    );
    return { ...report, restored };
  }
  await requireExchangeable(volume, target);
  refuseBusy(await occupation());
  return inWorkshop(restore, async (workshop, filled) => {
    const release = await clearUsers(await occupation(), context);
    try {
      context.reporter.step('swapping');
      const moves = await planMoves(target, paths);
      const kept = moves.some(({ replaces }) => replaces)
        ? await makePrevious(volume, target, workshop, docker)
        : undefined;
      // Without one nothing goes there.
      const previous = kept?.path ?? workshop.content;
      const places = { target, fresh: workshop.content, previous, ownPrevious: false };
      await exchangePaths(workshop.pathsIntentFile, places, moves);
      await workshop.keepMade();
      return { ...filled, restored, previous: kept === undefined ? [] : [kept.name] };
    } finally {
      await release();
    }
  });
}

type Filled = Awaited<ReturnType<typeof fillTree>>;

/** Loads the snapshot into a workshop, and lets `put` bring it into its place; what is not kept by then goes again. */
async function inWorkshop(
  { docker, details, request, context }: Restore,
  put: (workshop: Workshop, filled: Filled) => Promise<RestoreReport>,
): Promise<RestoreReport> {
  const { operationId, signal } = context;
  const workshop = await openWorkshop(docker, workshopName(operationId), operationId);
  try {
    if (request.paths === undefined) await requireFreeSpace(workshop.content, details.allocatedBytes);
    const filled = await fillTree(workshop.content, details, request, context);
    throwIfCancelled(signal);
    return await put(workshop, filled);
  } finally {
    await workshop.remove();
  }
}

async function makePrevious(
  volume: EngineVolume,
  target: string,
  workshop: Workshop,
  docker: DockerHost,
): Promise<{ name: string; path: string }> {
  const isTaken = async (name: string) => (await docker.resources.volume(name)) !== undefined;
  const name = await previousName(volume.name, new Date(), isTaken);
  await workshop.willMake(name);
  const { driver } = volume;
  await docker.resources.createVolume({ name, driver, labels: previousLabels(volume.name), options: {} });
  const made = await docker.resources.volume(name);
  if (made === undefined) throw new HoldfastError('docker-failed', `The volume ${name} was not made.`);
  const path = await pathOf(made, docker);
  const { mode, uid, gid, mtimeMs } = await stat(target);
  await dressRoot(path, { mode: mode & 0o7777, uid, gid, mtimeMs });
  return { name, path };
}

/** The content moves by renames, which do not reach over to another file system. */
async function requireExchangeable({ name, options }: EngineVolume, target: string): Promise<void> {
  const [point] = await mountPointsWithin(target);
  if (point === undefined && Object.keys(options).length === 0) return;
  throw new HoldfastError(
    'restore-target-mounted',
    `The volume ${name} is a file system of its own, or has one in it; its content cannot be exchanged by renames.`,
  );
}

function newVolumeName(newName: string | undefined): string {
  const parsed = volumeName.safeParse(newName);
  if (parsed.success) return parsed.data;
  throw new HoldfastError(
    'invalid-input',
    `${JSON.stringify(newName ?? '')} cannot be the name of a volume.`,
    {
      hint: 'Use letters, digits, ".", "_" and "-", beginning with a letter or digit.',
    },
  );
}

function taken(name: string): HoldfastError {
  return new HoldfastError('restore-target-exists', `A volume named ${name} exists already.`);
}
