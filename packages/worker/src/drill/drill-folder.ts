import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { HoldfastError } from '@holdfast/runtime';
import { memoryShare } from './limits.ts';

const sharedMemory = '/dev/shm';
/** TMPFS_MAGIC of linux/magic.h. */
const tmpfsType = 0x01021994;

/** Where drills without a container put what they restore. */
export interface DrillPlaces {
  /** Names this Holdfast among others on the same machine. */
  readonly instance: string;
  /** For what is too large for the memory. Made when it is needed; nothing else may be in there. */
  readonly folder: string;
}

/** It holds cleartext: `remove` is owed in every case. */
export interface DrillFolder {
  /** Empty, inside a folder that only this user may enter: a restore may give it the mode that its original has. */
  readonly path: string;
  readonly inMemory: boolean;
  remove(): Promise<void>;
}

/** @throws HoldfastError `restore-space` when neither memory nor disk has room for so many bytes */
export async function makeDrillFolder(
  places: DrillPlaces,
  operationId: string,
  bytes: number,
): Promise<DrillFolder> {
  const inMemory = bytes <= (await freeMemory()) * memoryShare;
  const folder = inMemory ? `${memoryPrefix(places)}${operationId}` : path.join(places.folder, operationId);
  if (!inMemory) await mkdir(places.folder, { recursive: true, mode: 0o700 });
  await mkdir(folder, { mode: 0o700 });
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    if (!inMemory) await requireFreeSpace(folder, bytes);
    const inside = path.join(folder, 'restored');
    await mkdir(inside, { mode: 0o700 });
    return { path: inside, inMemory, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Removes the folders of this Holdfast but those of operations that run. @returns how many there were */
export async function purgeDrillFolders(
  places: DrillPlaces,
  runs: (operationId: string) => boolean,
): Promise<number> {
  const prefix = path.basename(memoryPrefix(places));
  const inMemory = (await entries(sharedMemory)).filter((name) => name.startsWith(prefix));
  const onDisk = await entries(places.folder);
  const left = [
    ...inMemory
      .filter((name) => !runs(name.slice(prefix.length)))
      .map((name) => path.join(sharedMemory, name)),
    ...onDisk.filter((name) => !runs(name)).map((name) => path.join(places.folder, name)),
  ];
  for (const folder of left) await rm(folder, { recursive: true, force: true });
  return left.length;
}

async function requireFreeSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new HoldfastError(
    'restore-space',
    `The drill needs about ${Math.ceil(bytes / 1e6)} MB in ${JSON.stringify(path.dirname(folder))}, where ${Math.ceil(free / 1e6)} MB are free.`,
    { hint: 'Free space on that disk, then start the drill again.' },
  );
}

function memoryPrefix({ instance }: DrillPlaces): string {
  return path.join(sharedMemory, `holdfast-drill-${instance}-`);
}

/** None where there is no such folder. */
function entries(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function freeMemory(): Promise<number> {
  const shared = await statfs(sharedMemory).catch(() => undefined);
  if (shared?.type !== tmpfsType) return 0;
  return Math.min(shared.bavail * shared.bsize, process.availableMemory());
}
