import { HoldfastError } from '@holdfast/runtime';
import type { Repository, RunOptions } from '../engine.ts';
import { type ResticCall, runRestic } from './restic-command.ts';
import type { ResticSettings } from './restic-settings.ts';

/** Removes stale locks: of a dead process of this host, or older than 30 minutes. Safe while others work. */
export async function unlock(
  settings: ResticSettings,
  repository: Repository,
  options: RunOptions = {},
): Promise<void> {
  await runRestic({ settings, repository, arguments: ['unlock'], options });
}

/**
 * Runs a command that needs the repository for itself. When it is locked, stale locks are removed first, then
 * the command waits for live ones.
 * @throws HoldfastError `repository-locked` when a live lock stayed for longer than `lockWaitMs`
 */
export async function withoutStaleLocks<Result>(
  settings: ResticSettings,
  repository: Repository,
  options: RunOptions,
  run: (call: Omit<ResticCall, 'arguments'>) => Promise<Result>,
): Promise<Result> {
  try {
    return await run({ settings: { ...settings, lockWaitMs: 0 }, repository, options });
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'repository-locked') throw error;
  }
  await unlock(settings, repository, options);
  return run({ settings, repository, options });
}
