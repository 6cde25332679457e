import type { ErrorCode } from '@holdfast/contracts';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { BackupOptions, Repository } from '../engine.ts';
import { forget } from './forget.ts';
import type { ResticSettings } from './restic-settings.ts';
import { listSnapshots } from './snapshots.ts';

/** The failed backup is over; its caller waits only to be told. */
const lockWaitMs = 60_000;

/** With these restic never came as far as writing anything. */
const beforeAnySnapshot: ReadonlySet<ErrorCode> = new Set([
  'engine-missing',
  'repository-missing',
  'repository-locked',
  'repository-password-wrong',
]);

/**
 * Removes the snapshot of a backup that failed after restic may have written it: what carries the backup's
 * tags, host and path and was begun since it started.
 * @returns the error to throw: the failure, which also says so when the snapshot could not be looked for
 */
export async function withdrawSnapshot(
  settings: ResticSettings,
  repository: Repository,
  backup: Pick<BackupOptions, 'tags'> & { readonly path?: string },
  startedAt: Date,
  failure: unknown,
): Promise<HoldfastError> {
  const error = asHoldfastError(failure);
  if (beforeAnySnapshot.has(error.code)) return error;
  const patient = { ...settings, lockWaitMs: Math.min(lockWaitMs, settings.lockWaitMs) };
  try {
    const found = await listSnapshots(patient, repository, {
      tags: backup.tags,
      host: repository.host,
      ...(backup.path === undefined ? {} : { path: backup.path }),
    });
    const ids = found
      .filter((snapshot) => (snapshot.startedAt ?? snapshot.time) >= startedAt)
      .map(({ id }) => id);
    await forget(patient, repository, ids);
    return error;
  } catch (second) {
    // The clean-up of the operation looks again, by its tag.
    const doubt = `Whether it left a snapshot could not be found out: ${asHoldfastError(second).message}`;
    return new HoldfastError(error.code, `${error.message}\n${doubt}`, { cause: error });
  }
}
