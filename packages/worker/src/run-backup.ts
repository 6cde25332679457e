import { pipeline } from 'node:stream/promises';
import { type Manifest, manifestFormat, type SnapshotPart } from '@holdfast/contracts';
import type { BackupResult } from '@holdfast/engine';
import { asHoldfastError } from '@holdfast/runtime';
import type { Capture, CaptureFacts, CapturePart, StoredPart } from '@holdfast/sources';
import { captureContext, type Job, type JobControl, type WorkerPorts } from './job.ts';
import { manifestPath, packManifest } from './manifest-tar.ts';
import { snapshotTags } from './tags.ts';

export interface BackupJob extends Job {
  readonly snapshotId: string;
  /** Holdfast's version, for the manifest. */
  readonly version: string;
  /** What the snapshot before it held: the total of a walk through files, which is not known otherwise until its end. */
  readonly expectedBytes?: number;
}

export interface BackupControl extends JobControl {
  /**
   * Told when a failed backup could not remove what it had written: somebody has to remove later what carries
   * the operation's tag.
   */
  readonly onLeftBehind: () => void;
}

export interface BackupOutcome {
  /** The instant that the data shows. */
  readonly time: Date;
  readonly parts: readonly SnapshotPart[];
  readonly manifest: Manifest;
  readonly manifestResticId: string;
  readonly bytesRead: number;
  readonly bytesAdded: number;
  readonly dataPath?: string;
}

/**
 * Captures one source into its repository. The snapshot exists only when this resolves: on any failure what was
 * written already is forgotten again.
 * @throws HoldfastError of the source, the engine, or `cancelled`
 */
export async function runBackup(
  job: BackupJob,
  ports: WorkerPorts,
  control: BackupControl,
): Promise<BackupOutcome> {
  const written: BackupResult[] = [];
  try {
    const capture = await ports.kind.capture(job.locator, captureContext(job, ports, control));
    try {
      return await writeSnapshot(job, ports, control, capture, written);
    } finally {
      await closeQuietly(capture, control);
    }
  } catch (error) {
    await forgetWritten(job, ports, control, written);
    throw error;
  }
}

async function writeSnapshot(
  job: BackupJob,
  ports: WorkerPorts,
  control: BackupControl,
  capture: Capture,
  written: BackupResult[],
): Promise<BackupOutcome> {
  // restic keeps whole seconds; so does everything that says when this was.
  const time = new Date(Math.floor(ports.now().getTime() / 1000) * 1000);
  const parts: SnapshotPart[] = [];
  for (const part of capture.parts) {
    control.signal.throwIfAborted();
    const result = await writePart(part, { job, ports, control, time, before: sum(written, 'bytesRead') });
    written.push(result);
    parts.push({
      path: part.type === 'stream' ? part.path : '/',
      resticId: result.resticId,
      bytes: result.bytesRead,
    });
  }
  control.reporter.step('writing the manifest');
  // Begun before restic is: what the source still has to look at takes as long as restic takes to open the repository.
  const described = describe(capture.facts(written.map(storedPart)), job, time, parts);
  described.catch(() => {});
  const last = await ports.engine.backupStream(job.repository, {
    path: manifestPath,
    tags: snapshotTags('manifest', job),
    // One second before the data, so that `latest` of the stock restic CLI is the data.
    time: new Date(time.getTime() - 1000),
    signal: control.signal,
    produce: async (sink) => pipeline([(await described).tar], sink.writable(), { signal: sink.signal }),
  });
  const { facts, manifest } = await described;
  written.push(last);
  for (const warning of facts.warnings) control.reporter.log('warn', warning);
  return {
    time,
    parts,
    manifest,
    manifestResticId: last.resticId,
    bytesRead: sum(written, 'bytesRead'),
    bytesAdded: sum(written, 'bytesAdded'),
    dataPath: capture.dataPath,
  };
}

async function describe(
  pending: Promise<CaptureFacts>,
  job: BackupJob,
  time: Date,
  parts: readonly SnapshotPart[],
) {
  const facts = await pending;
  const manifest = buildManifest(job, time, parts, facts);
  return { facts, manifest, tar: await packManifest(manifest, facts.attachments) };
}

interface PartContext {
  readonly job: BackupJob;
  readonly ports: WorkerPorts;
  readonly control: BackupControl;
  readonly time: Date;
  /** Bytes of the parts before this one: progress counts over all of them. */
  readonly before: number;
}

function writePart(
  part: CapturePart,
  { job, ports, control, time, before }: PartContext,
): Promise<BackupResult> {
  const expected = part.type === 'stream' ? part.expectedBytes : job.expectedBytes;
  control.reporter.step(`storing ${part.type === 'stream' ? part.path : part.root}`);
  const options = {
    tags: snapshotTags('part', job),
    time,
    signal: control.signal,
    onProgress: ({ bytesDone, bytesTotal = expected }: { bytesDone: number; bytesTotal?: number }) =>
      control.reporter.progress({
        bytesDone: before + bytesDone,
        bytesTotal: bytesTotal === undefined ? undefined : before + bytesTotal,
      }),
    onMessage: (line: string) => control.reporter.log('warn', line),
  };
  return part.type === 'stream'
    ? ports.engine.backupStream(job.repository, { ...options, ...streamOf(part) })
    : ports.engine.backupPaths(job.repository, { ...options, root: part.root, excludes: part.excludes });
}

function streamOf(part: Extract<CapturePart, { type: 'stream' }>) {
  const { path, magic, minimumBytes } = part;
  return { path, magic, minimumBytes, produce: part.produce.bind(part) };
}

function buildManifest(
  job: BackupJob,
  time: Date,
  parts: readonly SnapshotPart[],
  facts: CaptureFacts,
): Manifest {
  return {
    format: manifestFormat,
    holdfast: job.version,
    snapshot: { id: job.snapshotId, time: time.toISOString(), operationId: job.operationId },
    source: { ...job.source },
    parts: [...parts],
    counts: facts.counts,
    ...(facts.hashes === undefined ? {} : { hashes: facts.hashes }),
    versions: facts.versions,
    warnings: [...facts.warnings],
    details: facts.details,
  };
}

/** Runs without the operation's signal: a cancelled backup, too, leaves nothing. */
async function forgetWritten(
  job: BackupJob,
  { engine }: WorkerPorts,
  control: BackupControl,
  written: readonly BackupResult[],
): Promise<void> {
  if (written.length === 0) return;
  try {
    await engine.forget(
      job.repository,
      written.map((result) => result.resticId),
    );
  } catch (error) {
    control.onLeftBehind();
    control.reporter.log(
      'warn',
      `What was already stored could not be removed; the next run does it. ${asHoldfastError(error).message}`,
    );
  }
}

async function closeQuietly(capture: Capture, { reporter }: JobControl): Promise<void> {
  try {
    await capture.close();
  } catch (error) {
    reporter.log('warn', `The source could not be closed cleanly: ${asHoldfastError(error).message}`);
  }
}

function storedPart({ bytesRead, files, folders }: BackupResult): StoredPart {
  return { bytes: bytesRead, files, folders };
}

function sum(results: readonly BackupResult[], field: 'bytesRead' | 'bytesAdded'): number {
  return results.reduce((total, result) => total + result[field], 0);
}
