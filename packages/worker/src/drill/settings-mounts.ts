import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { ContainerDetails, ContainerMount } from '@holdfast/docker';

/**
 * Scripts that fill an empty server when it is first started, a convention of the official images. The data comes from
 * the snapshot, and what they download or seed has no place in a drill.
 */
const seedFolder = '/docker-entrypoint-initdb.d';

/** The host's own, whatever it is mounted for. */
const hostFolders = [
  '/proc',
  '/sys',
  '/dev',
  '/run',
  '/var/run',
  '/boot',
  '/root',
  '/home',
  '/var/lib/docker',
];

const settingsFolder = /(^\/etc\/)|(^|\/)(conf|config|settings|certs?|ssl|tls)(\.d)?(\/|$)/;
const settingsFile = /\.(conf|cnf|ini|ya?ml|toml|json|crt|pem|key|hba|acl)$/;

/** What is known of a path of the engine's host, where this process can see it. */
export type PathKind = 'file' | 'folder' | 'other' | 'unseen';

/**
 * The mounts of a source's container that hold its settings, not its data: they are given to a throwaway, read-only.
 * Data (volumes, folders that the container may write), sockets and the host's own folders are not.
 */
export async function settingsMounts(
  original: Pick<ContainerDetails, 'mounts'>,
  dataPaths: readonly string[],
  look: (path: string) => Promise<PathKind> = lookAt,
): Promise<ContainerMount[]> {
  const chosen: ContainerMount[] = [];
  for (const mount of original.mounts) {
    if (!mayMount(mount, dataPaths)) continue;
    if (mount.type === 'volume' ? !mount.readWrite : isSettings(mount, await look(mount.source)))
      chosen.push(mount);
  }
  return chosen;
}

function mayMount({ type, source, destination }: ContainerMount, dataPaths: readonly string[]): boolean {
  if (type !== 'bind' && type !== 'volume') return false;
  if (isWithin(destination, seedFolder)) return false;
  if (dataPaths.some((data) => isWithin(destination, data) || isWithin(data, destination))) return false;
  if (type === 'volume') return true;
  const place = path.resolve(source);
  return place !== '/' && !place.endsWith('.sock') && !hostFolders.includes(place);
}

function isSettings({ destination, readWrite }: ContainerMount, kind: PathKind): boolean {
  if (kind === 'file') return true;
  if (kind === 'folder') return !readWrite || settingsFolder.test(destination);
  // Where the engine's host cannot be seen from here, the name has to do.
  return kind === 'unseen' && (settingsFile.test(destination) || settingsFolder.test(destination));
}

function isWithin(place: string, folder: string): boolean {
  const relative = path.relative(folder, place);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}

async function lookAt(place: string): Promise<PathKind> {
  const stat = await lstat(place).catch(() => undefined);
  if (stat === undefined) return 'unseen';
  return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other';
}
