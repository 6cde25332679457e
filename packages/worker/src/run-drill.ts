import type { ContainerDetails, DockerHost } from '@holdfast/docker';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { CaptureContext, Drill, Rehearsal, RestoreReport, RestoreRequest } from '@holdfast/sources';
import { type Compared, compare } from './drill/compare.ts';
import { type DrillPlaces, makeDrillFolder, purgeDrillFolders } from './drill/drill-folder.ts';
import { findOriginal } from './drill/find-original.ts';
import { type DrillLimits, expectedBytes, memoryShare, readyWithinMs } from './drill/limits.ts';
import { settingsMounts } from './drill/settings-mounts.ts';
import { purgeThrowaways, startThrowaway, type ThrowawayContainer } from './drill/throwaway-container.ts';
import { type OwnWays, throwawayDefinition } from './drill/throwaway-definition.ts';
import { captureContext, type Job, type JobControl, type WorkerPorts } from './job.ts';
import { openSnapshot, type SnapshotInRepository } from './run-restore.ts';

export interface DrillJob extends Omit<Job, 'locator'>, SnapshotInRepository {
  /** The container of the source; the drill goes by the manifest's image when it is gone. */
  readonly container?: { readonly id: string; readonly name: string };
  readonly places: DrillPlaces;
  readonly limits: DrillLimits;
}

export interface DrillOutcome extends Compared {
  /** From the first byte that was read of the repository to the end of the comparison. */
  readonly durationMs: number;
}

/**
 * Restores a snapshot into a throwaway container or folder and compares it with what was counted at backup time. The
 * throwaway is gone when this ends, however it ends.
 *
 * @throws HoldfastError `restore-verification-failed` when it differs, `drill-not-possible`, `image-missing`,
 *   `timed-out`, and whatever the restore throws
 */
export async function runDrill(
  job: DrillJob,
  ports: WorkerPorts,
  control: JobControl,
): Promise<DrillOutcome> {
  const { drill, kind, traits } = ports.kind;
  if (drill === undefined) {
    throw new HoldfastError('drill-not-possible', `There is no drill for sources of kind ${kind}.`);
  }
  const begun = performance.now();
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(tooLong(job.limits)), job.limits.timeMs);
  const bounded = { ...control, signal: AbortSignal.any([control.signal, limit.signal]) };
  try {
    const snapshot = await openSnapshot(job, ports, bounded);
    const report =
      drill.into === 'folder'
        ? await drillInFolder(drill, snapshot, job, ports, bounded)
        : await drillInContainer(drill, snapshot, job, ports, bounded);
    control.reporter.step('comparing');
    const compared = compare(snapshot.manifest, report, traits);
    for (const warning of compared.warnings) control.reporter.log('warn', warning);
    return { ...compared, durationMs: Math.round(performance.now() - begun) };
  } catch (error) {
    if (control.signal.aborted) throw asHoldfastError(control.signal.reason);
    throw limit.signal.aborted ? asHoldfastError(limit.signal.reason) : error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Removes the containers and folders that drills of a dead process of this same Holdfast left.
 * @param runs says which operations are at work now
 * @returns how many there were
 * @throws HoldfastError of the engine; folders are gone then all the same
 */
export async function purgeDrills(
  places: DrillPlaces,
  docker: DockerHost,
  runs: (operationId: string) => boolean = () => false,
): Promise<number> {
  const folders = await purgeDrillFolders(places, runs);
  return folders + (await purgeThrowaways(docker, places.instance, runs));
}

type Opened = Omit<RestoreRequest, 'mode'>;

async function drillInFolder(
  drill: Extract<Drill<unknown>, { into: 'folder' }>,
  snapshot: Opened,
  job: DrillJob,
  ports: WorkerPorts,
  control: JobControl,
): Promise<RestoreReport> {
  const bytes = sizeOf(snapshot);
  const folder = await makeDrillFolder(job.places, job.operationId, bytes);
  try {
    control.reporter.step(folder.inMemory ? 'restoring into memory' : 'restoring into a folder');
    return await drill.restore(folder.path, { ...snapshot, mode: 'swap' }, contextOf(job, ports, control));
  } finally {
    await folder.remove();
  }
}

async function drillInContainer(
  drill: Extract<Drill<unknown>, { into: 'container' }>,
  snapshot: Opened,
  job: DrillJob,
  ports: WorkerPorts,
  control: JobControl,
): Promise<RestoreReport> {
  const { docker, kind } = ports;
  if (docker === undefined) {
    throw new HoldfastError('docker-unreachable', 'There is no Docker engine here to make a throwaway in.');
  }
  control.reporter.step('starting a throwaway container');
  const { original, ownWays } = await findOriginal(docker, snapshot.manifest, job.container);
  const rehearsal = drill.rehearse(original, snapshot.manifest);
  const throwaway = await start(docker, { original, ownWays, rehearsal, snapshot, job });
  try {
    const { details, ended } = throwaway;
    const signal = AbortSignal.any([control.signal, ended]);
    const context = contextOf(job, ports, { ...control, signal });
    await becomeReady(rehearsal, details, context);
    control.reporter.step('restoring');
    const mode = kind.traits.restoreInPlace ? 'in-place' : 'swap';
    // It is inspected anew: its main process is another user's by now.
    const locator = rehearsal.locator(await docker.inspect(details.id));
    return await kind.restore(locator, { ...snapshot, mode }, context);
  } catch (error) {
    control.signal.throwIfAborted();
    throw throwaway.ended.aborted ? asHoldfastError(throwaway.ended.reason) : error;
  } finally {
    await remove(throwaway, control);
  }
}

async function becomeReady(
  rehearsal: Rehearsal<unknown>,
  details: ContainerDetails,
  context: CaptureContext,
): Promise<void> {
  context.reporter.step('waiting for the throwaway server');
  const patience = new AbortController();
  const late = new HoldfastError(
    'container-unhealthy',
    `The throwaway server did not answer within ${readyWithinMs / 60_000} minutes.`,
  );
  const timer = setTimeout(() => patience.abort(late), readyWithinMs);
  try {
    await rehearsal.ready(details, {
      ...context,
      signal: AbortSignal.any([context.signal, patience.signal]),
    });
  } catch (error) {
    throw patience.signal.aborted ? late : error;
  } finally {
    clearTimeout(timer);
  }
}

interface Start {
  readonly original: ContainerDetails;
  readonly ownWays?: OwnWays;
  readonly rehearsal: Rehearsal<unknown>;
  readonly snapshot: Opened;
  readonly job: DrillJob;
}

async function start(docker: DockerHost, parts: Start): Promise<ThrowawayContainer> {
  const { original, ownWays, rehearsal, snapshot, job } = parts;
  const bytes = Math.ceil(rehearsal.expectedBytes ?? expectedBytes(sizeOf(snapshot)));
  // Only of an engine on this host is it known how much memory it has.
  const inMemory = docker.local && bytes <= process.availableMemory() * memoryShare;
  const definition = throwawayDefinition({
    original,
    ...(ownWays === undefined ? {} : { ownWays }),
    rehearsal,
    settings: await settingsMounts(original, rehearsal.dataPaths),
    instance: job.places.instance,
    operationId: job.operationId,
    limits: job.limits,
    ...(inMemory ? { memoryForData: bytes } : {}),
  });
  return startThrowaway(docker, job.operationId, definition, inMemory ? undefined : bytes);
}

/** A throwaway that cannot be removed now is removed at the next start. */
async function remove(throwaway: ThrowawayContainer, { reporter }: JobControl): Promise<void> {
  try {
    await throwaway.remove();
  } catch (error) {
    const why = asHoldfastError(error).message;
    reporter.log('warn', `The throwaway container could not be removed; the next start does it. ${why}`);
  }
}

function contextOf(job: DrillJob, ports: WorkerPorts, control: JobControl): CaptureContext {
  return captureContext({ ...job, locator: undefined }, ports, control);
}

function sizeOf({ parts }: Opened): number {
  return parts.reduce((sum, { part }) => sum + part.bytes, 0);
}

function tooLong({ timeMs }: DrillLimits): HoldfastError {
  return new HoldfastError(
    'timed-out',
    `The drill took longer than the ${Math.round(timeMs / 60_000)} minutes it may.`,
    {
      hint: 'Give it more time with HOLDFAST_DRILL_MINUTES.',
    },
  );
}
