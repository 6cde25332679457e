import { randomUUID } from 'node:crypto';
import { closeSync, constants, fchmodSync, openSync, unlinkSync } from 'node:fs';
import { statfs } from 'node:fs/promises';

const folder = '/dev/shm';
/** The rest is for the servers that run here: the database that is being loaded is one of them. */
const shareOfMemory = 1 / 4;

/** A file without a name in memory. It is gone when its last descriptor is closed, also after a crash. */
export interface MemoryFile {
  /** For writing. */
  readonly descriptor: number;
  /** A descriptor at the beginning, for reading; the file itself becomes readable, and no longer writable, to all. */
  openForReading(): number;
  close(): void;
}

/** Whether a file of this size may be held in memory: a quarter of what is available here, cgroup limits included. */
export async function memoryFileFits(bytes: number): Promise<boolean> {
  if (bytes > process.availableMemory() * shareOfMemory) return false;
  try {
    const { bavail, bsize } = await statfs(folder);
    return bytes < bavail * bsize;
  } catch {
    return false;
  }
}

export function openMemoryFile(): MemoryFile {
  const name = `${folder}/holdfast-${randomUUID()}`;
  const descriptor = openSync(name, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  unlinkSync(name);
  const open = [descriptor];
  return {
    descriptor,
    openForReading() {
      // Another user, the database's, opens it once more through its own standard input.
      fchmodSync(descriptor, 0o444);
      const reading = openSync(`/proc/self/fd/${descriptor}`, constants.O_RDONLY);
      open.push(reading);
      return reading;
    },
    close() {
      for (const one of open.splice(0)) closeSync(one);
    },
  };
}
