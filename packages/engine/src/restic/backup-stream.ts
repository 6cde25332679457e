import { HoldfastError } from '@holdfast/runtime';
import type { BackupResult, Repository, StreamBackup } from '../engine.ts';
import { backupArguments } from './backup-arguments.ts';
import { backupResult } from './backup-result.ts';
import { openCommitGate } from './commit-gate.ts';
import { feedGate } from './feed-gate.ts';
import { engineMissing, resticArguments, resticEnvironment } from './restic-command.ts';
import { resticError } from './restic-errors.ts';
import { gatherReport } from './restic-report.ts';
import type { ResticSettings } from './restic-settings.ts';
import { watchRetries } from './retry-watch.ts';
import { unlock } from './unlock.ts';
import { withdrawSnapshot } from './withdraw-snapshot.ts';

/** A restic that is silent for so long after its start may be waiting for a lock. */
const silenceMs = 8000;

/**
 * Stores one stream as a snapshot. The snapshot is made only when the producer has succeeded, the stream began
 * as it must and was long enough; in every other case restic ends before it can see the end of the stream.
 * @throws HoldfastError; no snapshot exists then
 */
export async function backupStream(
  settings: ResticSettings,
  repository: Repository,
  backup: StreamBackup,
): Promise<BackupResult> {
  const startedAt = new Date();
  const command = [
    'backup',
    '--stdin',
    `--stdin-filename=${backup.path}`,
    ...backupArguments(repository, backup),
  ];
  const report = gatherReport(backup);
  const stopping = new AbortController();
  const retries = watchRetries(settings.retryDeadlineMs, (error) => stopping.abort(error));
  // The producer can run only once, so the command cannot be repeated after the stale locks are gone: they are
  // removed while it waits.
  const clearStaleLocks = () =>
    void unlock(settings, repository, { signal: stopping.signal }).catch(() => {});
  const lockTimer =
    settings.lockWaitMs === 0
      ? undefined
      : setTimeout(clearStaleLocks, Math.min(silenceMs, settings.lockWaitMs / 2));
  const cancel = () => stopping.abort(new HoldfastError('cancelled', 'The backup was cancelled.'));
  backup.signal?.addEventListener('abort', cancel);
  if (backup.signal?.aborted) cancel();
  try {
    const gate = await openCommitGate({
      program: settings.binary,
      arguments: resticArguments(repository, command, settings.lockWaitMs),
      environment: resticEnvironment(settings, repository),
      stdout: {
        onLine(line) {
          clearTimeout(lockTimer);
          report.onLine(line);
        },
      },
      onStderrLine(line) {
        retries.onLine(line);
        report.onLine(line);
      },
    });
    const bytes = await feedGate(gate, backup, stopping, (outcome) => resticError('backup', outcome, report));
    const outcome = await gate.commit(stopping.signal);
    try {
      stopping.signal.throwIfAborted();
      if (outcome.exitCode !== 0) throw resticError('backup', outcome, report);
      const result = backupResult(report.summary());
      if (result.bytesRead === bytes) return result;
      throw new HoldfastError('engine-failed', `restic stored ${result.bytesRead} bytes of ${bytes}.`);
    } catch (error) {
      throw await withdrawSnapshot(settings, repository, backup, startedAt, error);
    }
  } catch (error) {
    throw engineMissing(error, settings);
  } finally {
    clearTimeout(lockTimer);
    retries.stop();
    backup.signal?.removeEventListener('abort', cancel);
  }
}
