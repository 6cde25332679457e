import type { StatsFs } from 'node:fs';

const gibibyte = 1024 ** 3;
/** Less than this, or less than a twentieth of the disk, deserves a look. */
const littleSpace = { bytes: 2 * gibibyte, share: 0.05 };

/** File systems in memory, by the number that the kernel gives them: tmpfs and ramfs. */
const inMemory = new Set([0x01021994, 0x858458f6]);

/** What is worth saying about the disk below a folder, as far as the kernel tells. */
export function storageWarnings(
  disk: Pick<StatsFs, 'bavail' | 'blocks' | 'bsize' | 'type'>,
  device: number,
  rootDevice: number,
): string[] {
  const warnings: string[] = [];
  if (inMemory.has(disk.type)) {
    warnings.push('The folder is in memory: everything in it is gone after a restart of this machine.');
  } else if (device === rootDevice) {
    warnings.push(
      'The folder is on the disk of the system: what happens to this disk happens to the backups too. Add a second destination elsewhere.',
    );
  }
  const free = disk.bavail * disk.bsize;
  const total = disk.blocks * disk.bsize;
  if (free < littleSpace.bytes || free < total * littleSpace.share) {
    warnings.push(
      `Little space is left on the disk of the folder: ${inGibibytes(free)} of ${inGibibytes(total)}.`,
    );
  }
  return warnings;
}

function inGibibytes(bytes: number): string {
  return `${(bytes / gibibyte).toFixed(1)} GiB`;
}
