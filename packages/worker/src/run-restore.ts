import type { SnapshotPart } from '@holdfast/contracts';
import type { SnapshotEntry } from '@holdfast/engine';
import { HoldfastError } from '@holdfast/runtime';
import type { PartReader, RestoreReport, RestoreRequest, StoredPart } from '@holdfast/sources';
import { captureContext, type Job, type JobControl, type WorkerPorts } from './job.ts';
import { manifestPath, unpackManifest } from './manifest-tar.ts';

export interface SnapshotInRepository extends Pick<Job, 'repository'> {
  /** The restic snapshot that holds the manifest. */
  readonly manifestResticId: string;
}

export interface RestoreJob extends Job, SnapshotInRepository {
  readonly mode: 'swap' | 'beside' | 'in-place';
  /** The new name (or path) of mode `beside`. */
  readonly newName?: string;
  /** Only this part. */
  readonly part?: string;
  /** Only these files and folders. */
  readonly paths?: readonly string[];
}

/**
 * Puts one snapshot back. Everything that it needs to know is read from the repository itself.
 * @throws HoldfastError of the source or the engine; what was there before then still serves (except `in-place`)
 */
export async function runRestore(
  job: RestoreJob,
  ports: WorkerPorts,
  control: JobControl,
): Promise<RestoreReport> {
  const snapshot = await openSnapshot(job, ports, control);
  control.reporter.step('restoring');
  return ports.kind.restore(
    job.locator,
    { ...snapshot, mode: job.mode, newName: job.newName, part: job.part, paths: job.paths },
    {
      ...captureContext(job, ports, control),
      willExchange: job.mode === 'swap' ? control.willExchange : undefined,
    },
  );
}

/**
 * What a kind of source needs to restore a snapshot, all of it read from the repository itself.
 * @throws HoldfastError `repository-corrupt`, `restore-failed` for a snapshot of another kind
 */
export async function openSnapshot(
  job: SnapshotInRepository,
  ports: WorkerPorts,
  control: JobControl,
): Promise<Omit<RestoreRequest, 'mode'>> {
  control.reporter.step('reading the manifest');
  const { manifest, attachments } = await readManifest(job, ports, control);
  if (manifest.source.kind !== ports.kind.kind) {
    throw new HoldfastError(
      'restore-failed',
      `The snapshot is one of ${manifest.source.kind}; it cannot go into ${ports.kind.kind}.`,
    );
  }
  return {
    manifest,
    attachments,
    parts: manifest.parts.map((part) => partReader(part, job, ports, control)),
    files: async (part, target, paths) => {
      await ports.engine.restore(job.repository, {
        resticId: part.resticId,
        target,
        ...(paths === undefined ? {} : { include: paths }),
        ...runOptions(control),
      });
    },
    measure: (part, paths) => measurePaths(part, paths, job, ports, control),
  };
}

async function measurePaths(
  { resticId }: SnapshotPart,
  paths: readonly string[],
  { repository }: SnapshotInRepository,
  { engine }: WorkerPorts,
  { signal }: JobControl,
): Promise<StoredPart> {
  const missing = new Set(paths);
  const held = { files: 0, folders: 0, bytes: 0 };
  const onEntry = ({ path, type, bytes = 0 }: SnapshotEntry) => {
    missing.delete(path);
    if (type === 'file') held.files += 1;
    if (type === 'directory') held.folders += 1;
    held.bytes += bytes;
  };
  await engine.list(repository, { resticId, paths, recursive: true, signal, onEntry });
  const [first] = missing;
  if (first === undefined) return held;
  throw new HoldfastError(
    'not-found',
    `There is no ${JSON.stringify(first)} in the snapshot. Nothing was changed.`,
  );
}

/** @throws HoldfastError `repository-corrupt` when it is cut or of another form */
export async function readManifest(
  job: SnapshotInRepository,
  { engine }: Pick<WorkerPorts, 'engine'>,
  control: JobControl,
) {
  const dump = await engine.dump(job.repository, {
    resticId: job.manifestResticId,
    path: manifestPath,
    signal: control.signal,
  });
  // Both are watched from the start: a failing restic must not become an unhandled rejection.
  const [unpacked] = await Promise.all([unpackManifest(streamOf(dump.stream)), dump.done]);
  return unpacked;
}

function partReader(
  part: SnapshotPart,
  job: SnapshotInRepository,
  { engine }: WorkerPorts,
  control: JobControl,
): PartReader {
  const { resticId, path } = part;
  return {
    part,
    async stream() {
      const dump = await engine.dump(job.repository, { resticId, path, ...runOptions(control, part) });
      return { stream: streamOf(dump.stream), done: dump.done };
    },
    async toDescriptor(descriptor) {
      const options = { resticId, path, descriptor, ...runOptions(control, part) };
      const dump = await engine.dump(job.repository, options);
      await dump.done;
    },
  };
}

function runOptions({ signal, reporter }: JobControl, part?: SnapshotPart) {
  return {
    signal,
    onProgress: ({ bytesDone, bytesTotal }: { bytesDone: number; bytesTotal?: number }) =>
      reporter.progress({ bytesDone, bytesTotal: bytesTotal ?? part?.bytes }),
    onMessage: (line: string) => reporter.log('warn', line),
  };
}

function streamOf<T>(stream: T | undefined): T {
  if (stream === undefined) throw new HoldfastError('internal', 'The engine gave no stream.');
  return stream;
}
