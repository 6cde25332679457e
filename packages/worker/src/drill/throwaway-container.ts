import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerDetails, DockerHost } from '@holdfast/docker';
import { asHoldfastError, HoldfastError, redact } from '@holdfast/runtime';
import { drillLabel, operationLabel } from './throwaway-definition.ts';

const watchEveryMs = 500;
const logLines = 15;

/** A container of a drill, running. */
export interface ThrowawayContainer {
  readonly details: ContainerDetails;
  /** Aborted, saying why, when the container ends by itself. */
  readonly ended: AbortSignal;
  remove(): Promise<void>;
}

/**
 * Makes and starts one. On any failure nothing of it is left.
 * @throws HoldfastError `image-missing`, `docker-forbidden`, `restore-space`
 */
export async function startThrowaway(
  docker: DockerHost,
  operationId: string,
  definition: Readonly<Record<string, unknown>>,
  diskBytes: number | undefined,
): Promise<ThrowawayContainer> {
  // UUIDs of version 7 begin with the time, so their end is what tells operations apart.
  const name = `holdfast-drill-${operationId.replaceAll(/[^A-Za-z0-9]/g, '').slice(-12)}`;
  const id = await docker.lifecycle.create(name, definition).catch((error: unknown) => {
    throw withAdvice(error);
  });
  const watch = new AbortController();
  const ended = new AbortController();
  const remove = async () => {
    watch.abort();
    await docker.lifecycle.remove(id);
  };
  try {
    await docker.lifecycle.start(id);
    const details = await docker.inspect(id);
    if (diskBytes !== undefined) await requireDiskSpace(details, diskBytes);
    void watchEnd(docker, details, { stop: watch.signal, ended });
    return { details, ended: ended.signal, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

function withAdvice(error: unknown): unknown {
  const failure = asHoldfastError(error);
  if (failure.code !== 'docker-forbidden') return error;
  return new HoldfastError('docker-forbidden', failure.message, {
    hint: 'A drill has to create, start and remove a container: allow that on the socket proxy, or switch scheduled drills off with HOLDFAST_DRILL_SCHEDULE=off.',
    cause: error,
  });
}

/** Removes the throwaways of this Holdfast but those of operations that run. @returns how many there were */
export async function purgeThrowaways(
  docker: DockerHost,
  instance: string,
  runs: (operationId: string) => boolean,
): Promise<number> {
  const left = (await docker.list()).filter(
    ({ labels }) => labels[drillLabel] === instance && !runs(labels[operationLabel] ?? ''),
  );
  for (const { id } of left) await docker.lifecycle.remove(id);
  return left.length;
}

/** The disk that holds the volumes, where it can be seen from here; kinds look from inside, too. */
async function requireDiskSpace({ mounts }: ContainerDetails, bytes: number): Promise<void> {
  const volume = mounts.find(({ type, readWrite }) => type === 'volume' && readWrite);
  const disk = volume === undefined ? undefined : await statfs(volume.source).catch(() => undefined);
  if (disk === undefined || disk.bavail * disk.bsize >= bytes) return;
  throw new HoldfastError(
    'restore-space',
    `The drill needs about ${megabytes(bytes)} on the disk of the Docker engine; ${megabytes(disk.bavail * disk.bsize)} are free.`,
    { hint: 'Free space on that disk, then start the drill again.' },
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}

/** Otherwise whoever works in it would wait for an answer that never comes. */
async function watchEnd(
  docker: DockerHost,
  container: ContainerDetails,
  { stop, ended }: { stop: AbortSignal; ended: AbortController },
): Promise<void> {
  while (!stop.aborted) {
    const status = await docker.lifecycle.status(container.id).catch((error: unknown) => {
      const failure = asHoldfastError(error);
      return failure.code === 'container-not-found' ? failure : undefined;
    });
    if (stop.aborted) return;
    if (status instanceof HoldfastError) return ended.abort(status);
    if (status !== undefined && !status.running) {
      const words = await lastWords(docker, container);
      const killed = status.exitCode === 137 ? ' (killed, perhaps for want of memory)' : '';
      return ended.abort(
        new HoldfastError(
          'container-lost',
          `The throwaway container ended with exit code ${status.exitCode}${killed}. It said at last: ${words}`,
          { hint: 'Look at what it said. HOLDFAST_DRILL_MEMORY_MIB gives drills more memory.' },
        ),
      );
    }
    await sleep(watchEveryMs, undefined, { signal: stop }).catch(() => {});
  }
}

async function lastWords(docker: DockerHost, { id, environment }: ContainerDetails): Promise<string> {
  const log = await docker.lifecycle.log(id, logLines).catch(() => '');
  return redact(log.trim(), environment.values()) || 'nothing';
}
