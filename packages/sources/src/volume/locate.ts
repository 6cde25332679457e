import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DockerHost, EngineVolume } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';
import { mountPointsWithin } from '../files/mount-points.ts';
import type { CaptureContext } from '../source.ts';
import { driverProblem } from './detect-mount.ts';

export interface LocatedVolume {
  readonly volume: EngineVolume;
  /** Where this process sees the volume's files; resolved. */
  readonly path: string;
}

/** How often the engine's word and this host's are compared, as a container may write in between. */
const comparisons = 3;

/** @throws HoldfastError `docker-unreachable` where there is no engine at all */
export function engineOf({ docker }: CaptureContext): DockerHost {
  if (docker !== undefined) return docker;
  throw new HoldfastError(
    'docker-unreachable',
    'A volume can only be reached with the engine that it belongs to.',
  );
}

/**
 * Where a volume's files are for this process.
 * @throws HoldfastError `source-unreadable` when there is no such volume, when its driver keeps its files elsewhere, or
 *   when this process does not see the folder that the engine sees
 */
export async function locateVolume(name: string, context: CaptureContext): Promise<LocatedVolume> {
  const docker = engineOf(context);
  const volume = await docker.resources.volume(name);
  if (volume === undefined) throw new HoldfastError('source-unreadable', `There is no volume ${name}.`);
  return { volume, path: await pathOf(volume, docker) };
}

/** @throws HoldfastError as `locateVolume` */
export async function pathOf(volume: EngineVolume, docker: DockerHost): Promise<string> {
  const { name, options, mountpoint } = volume;
  const problem = driverProblem(volume);
  if (problem !== undefined) throw new HoldfastError('source-unreadable', problem);
  if (!docker.local) throw elsewhere(name, mountpoint, 'the engine is another host');
  if (!(await isSamePlace(volume, docker))) {
    throw elsewhere(name, mountpoint, 'this process does not see the folder that the engine sees');
  }
  // With options the engine mounts something there, but only while a container uses it: it looks empty otherwise.
  if (Object.keys(options).length === 0) return realpath(mountpoint);
  const [mounted] = await mountPointsWithin(mountpoint);
  if (mounted !== undefined) return mountpoint;
  const device = options['device'];
  if (options['o']?.split(',').includes('bind') === true && device !== undefined) return realpath(device);
  throw new HoldfastError(
    'source-unreadable',
    `The volume ${name} is mounted only while a container uses it, and none does.`,
    { hint: 'Start a container that uses it, and run the backup then.' },
  );
}

/**
 * The folder of all volumes on the engine's host, where this process does not see it as the engine does. Of a volume
 * that is gone, or not made yet, another one tells it.
 */
export async function volumesFolder(name: string, context: CaptureContext): Promise<string | undefined> {
  const docker = engineOf(context);
  if (!docker.local) return undefined;
  const volume = (await docker.resources.volume(name)) ?? (await anyVolume(docker));
  if (volume === undefined || driverProblem(volume) !== undefined) return undefined;
  return (await isSamePlace(volume, docker)) ? undefined : path.dirname(path.dirname(volume.mountpoint));
}

async function anyVolume({ resources }: DockerHost): Promise<EngineVolume | undefined> {
  return (await resources.volumes()).find((volume) => driverProblem(volume) === undefined);
}

function elsewhere(name: string, mountpoint: string, why: string): HoldfastError {
  return new HoldfastError(
    'source-unreadable',
    `The files of the volume ${name} lie at ${mountpoint} on the engine's host, and ${why}.`,
    {
      hint: 'Run Holdfast as root on the host of the engine; or in a container with the socket of the engine, which is then helped by a second one; or name the image of Holdfast for such a helper in HOLDFAST_HELPER_IMAGE.',
    },
  );
}

/**
 * Whether the path is the engine's own here, too, and not another folder of the same name (as when this process
 * runs in a container, or the socket leads to another host): the engine tells when the volume's folder was last changed
 * (or made, in newer versions), and this host must say the same.
 */
async function isSamePlace(
  { name, mountpoint, createdAt }: EngineVolume,
  docker: DockerHost,
): Promise<boolean> {
  let told = createdAt;
  for (let comparison = 0; comparison < comparisons; comparison++) {
    const seen = await timesOf(mountpoint);
    if (told !== undefined && seen.has(Math.floor(Date.parse(told) / 1000))) return true;
    told = (await docker.resources.volume(name))?.createdAt;
  }
  return false;
}

/** The times of a volume's folder and of the one that holds it, in seconds; none where they cannot be seen. */
async function timesOf(mountpoint: string): Promise<ReadonlySet<number>> {
  const seen = new Set<number>();
  for (const folder of [mountpoint, path.dirname(mountpoint)]) {
    const found = await stat(folder).catch(() => undefined);
    for (const time of [found?.ctimeMs, found?.mtimeMs, found?.birthtimeMs]) {
      if (time !== undefined) seen.add(Math.floor(time / 1000));
    }
  }
  return seen;
}
