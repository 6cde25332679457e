import { HoldfastError } from '@holdfast/runtime';
import type { Repository, RunOptions } from '../engine.ts';
import type { ResticSettings } from './restic-settings.ts';
import { runRestic } from './run-restic.ts';

export interface CheckOptions extends RunOptions {
  /** What part of the data is read too: `10%`, `1/7` or `100%`; without it, the structure only. */
  readonly readDataSubset?: string;
}

/** @throws HoldfastError `repository-corrupt` when the repository is damaged */
export async function check(
  settings: ResticSettings,
  repository: Repository,
  options: CheckOptions = {},
): Promise<void> {
  const subset = options.readDataSubset;
  try {
    const { report } = await runRestic({
      settings,
      repository,
      arguments: ['check', ...(subset === undefined ? [] : [`--read-data-subset=${subset}`])],
      options,
    });
    const errors = report.summary()?.num_errors ?? 0;
    if (errors > 0) throw new HoldfastError('repository-corrupt', `restic check found ${errors} errors.`);
  } catch (error) {
    // Whatever check dislikes and has no code of its own is damage.
    if (!(error instanceof HoldfastError) || error.code !== 'engine-failed') throw error;
    throw new HoldfastError('repository-corrupt', error.message, { cause: error });
  }
}
