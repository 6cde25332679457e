import type { ContainerRunner } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';

/** Free bytes of the file system that holds `folder` in the container; undefined where that cannot be told. */
export async function freeBytes(
  runner: ContainerRunner,
  folder: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const result = await runner.run({ command: ['df', '-P', '-k', folder], signal, timeoutMs: 30_000 });
    return result.exitCode === 0 ? parseFreeBytes(result.stdout.toString('utf8')) : undefined;
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'container-command-missing') return undefined;
    throw error;
  }
}

/** Reads the table of `df -P -k`: blocks, used, available, in KiB. Names of file systems may hold spaces. */
export function parseFreeBytes(table: string): number | undefined {
  const available = /^.*\s\d+\s+\d+\s+(\d+)\s+(?:\d+%|-)\s+\/.*$/m.exec(table)?.[1];
  return available === undefined ? undefined : Number(available) * 1024;
}
