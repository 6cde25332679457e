import { readFile } from 'node:fs/promises';

/**
 * The places at or below a path where other file systems (or other folders) are mounted. A mount point cannot be
 * renamed, and its device number does not always tell (a folder mounted onto another of the same disk).
 */
export async function mountPointsWithin(path: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'latin1').catch(() => '');
  return mountPointsOf(table).filter((point) => point === path || point.startsWith(`${path}/`));
}

/** The fifth field of each line, see proc_pid_mountinfo(5): space, tab, newline and backslash are written in octal. */
export function mountPointsOf(table: string): string[] {
  return table
    .split('\n')
    .map((line) => line.split(' ')[4])
    .filter((field) => field !== undefined)
    .map((field) =>
      Buffer.from(
        field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
          String.fromCharCode(Number.parseInt(octal, 8)),
        ),
        'latin1',
      ).toString('utf8'),
    );
}
