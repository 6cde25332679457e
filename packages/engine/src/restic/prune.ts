import type { Repository, RunOptions } from '../engine.ts';
import type { ResticSettings } from './restic-settings.ts';
import { runRestic } from './run-restic.ts';

const units: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Removes data that no snapshot needs. The figure is as exact as restic's words: three decimals of its unit. */
export async function prune(
  settings: ResticSettings,
  repository: Repository,
  options: RunOptions = {},
): Promise<{ bytesFreed: number }> {
  const lines: string[] = [];
  await runRestic({
    settings,
    repository,
    arguments: ['prune'],
    stdout: { onLine: (line) => lines.push(line) },
    options,
  });
  return { bytesFreed: freedIn(lines) };
}

/** prune has no JSON: `total prune:             4 blobs / 2.861 MiB`. */
function freedIn(lines: readonly string[]): number {
  for (const line of lines) {
    const [, amount, unit = ''] = /^total prune:.* \/ ([\d.]+) ([KMGT]?i?B)$/.exec(line) ?? [];
    if (amount !== undefined) return Math.round(Number(amount) * (units[unit] ?? 1));
  }
  return 0;
}
