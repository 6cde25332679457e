import { HoldfastError } from '@holdfast/runtime';
import { type ResticCall, type ResticResult, runOnce } from './run-once.ts';
import { unlock } from './unlock.ts';

/**
 * Runs a restic command. When somebody holds the repository locked, stale locks are removed first, then the
 * command waits for live ones.
 * @throws HoldfastError `repository-locked` when a live lock stayed for longer than `lockWaitMs`; others as
 *   `runOnce`
 */
export async function runRestic(call: ResticCall): Promise<ResticResult> {
  try {
    return await runOnce(call, 0);
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'repository-locked') throw error;
  }
  await unlock(call.settings, call.repository, call.options);
  return runOnce(call, call.options?.lockWaitMs ?? call.settings.lockWaitMs);
}
