import { setTimeout as sleep } from 'node:timers/promises';
import { asHoldfastError, HoldfastError, type ProcessResult } from '@holdfast/runtime';
import type { BackupResult, Repository, StreamBackup } from '../engine.ts';
import { backupArguments } from './backup-arguments.ts';
import { backupResult } from './backup-result.ts';
import { type CommitGate, openCommitGate } from './commit-gate.ts';
import { engineMissing, gatherReport, resticArguments, resticEnvironment } from './restic-command.ts';
import { resticError } from './restic-errors.ts';
import type { ResticSettings } from './restic-settings.ts';
import { watchRetries } from './retry-watch.ts';
import { meterStream, type StreamMeter } from './stream-meter.ts';
import { withdrawSnapshot } from './withdraw-snapshot.ts';

/** How long the producer may take to stop after it was asked to. */
const producerGraceMs = 30_000;

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
  const report = gatherReport(backup);
  const stopping = new AbortController();
  const retries = watchRetries(settings.retryDeadlineMs, (error) => stopping.abort(error));
  const onAbort = () => stopping.abort(new HoldfastError('cancelled', 'The backup was cancelled.'));
  if (backup.signal?.aborted) onAbort();
  backup.signal?.addEventListener('abort', onAbort);
  try {
    const gate = await openCommitGate({
      program: settings.binary,
      arguments: resticArguments(settings, repository, [
        'backup',
        '--stdin',
        `--stdin-filename=${backup.path}`,
        ...backupArguments(repository, backup),
      ]),
      environment: resticEnvironment(settings, repository),
      stdout: { onLine: report.onStdoutLine },
      onStderrLine(line) {
        retries.onLine(line);
        report.onStderrLine(line);
      },
    });
    const failure = (outcome: ProcessResult) => {
      const message = report.exitMessage();
      return resticError('backup', {
        ...outcome,
        stderr: outcome.stderrTail,
        ...(message === undefined ? {} : { message }),
      });
    };
    const bytes = await feed(gate, backup, stopping, failure);
    const outcome = await gate.commit(stopping.signal);
    try {
      if (stopping.signal.aborted) throw stopping.signal.reason;
      if (outcome.exitCode !== 0) throw failure(outcome);
      const result = backupResult(report.summary());
      if (result.bytesRead === bytes) return result;
      throw new HoldfastError('engine-failed', `restic stored ${result.bytesRead} bytes of ${bytes}.`);
    } catch (error) {
      throw await withdrawSnapshot(settings, repository, backup, startedAt, error);
    }
  } catch (error) {
    throw engineMissing(error, settings);
  } finally {
    retries.stop();
    backup.signal?.removeEventListener('abort', onAbort);
  }
}

/**
 * Lets the producer write through a meter into the gate. Resolves with the number of bytes when all is as it
 * must be, and only then; otherwise the gate was aborted and everything has ended.
 */
async function feed(
  gate: CommitGate,
  backup: StreamBackup,
  stopping: AbortController,
  failure: (outcome: ProcessResult) => HoldfastError,
): Promise<number> {
  let meter: StreamMeter | undefined;
  let engineEnded = false;
  void gate.endedEarly.then(() => {
    engineEnded = true;
    stopping.abort(new HoldfastError('engine-failed', 'restic ended before the stream did.'));
  });
  try {
    meter = await meterStream(gate, backup.magic);
    const bytes = await produce(meter, backup, stopping);
    if (bytes < (backup.minimumBytes ?? 0)) {
      throw new HoldfastError(
        'dump-malformed',
        `The stream ended after ${bytes} bytes; a whole one has ${backup.minimumBytes} or more.`,
      );
    }
    return bytes;
  } catch (error) {
    // A producer notices a dead restic by its broken pipe, maybe before this process does.
    await Promise.race([gate.endedEarly, sleep(100)]);
    const unprompted = engineEnded;
    await meter?.stop();
    const outcome = await gate.abort();
    const cancelled = error instanceof HoldfastError && error.code === 'cancelled';
    const malformed = error instanceof HoldfastError && error.code === 'dump-malformed';
    if (unprompted && !cancelled && !malformed) throw failure(outcome);
    throw asHoldfastError(error);
  }
}

/** Runs the producer until it and the meter are through; the first that fails stops the other. */
async function produce(meter: StreamMeter, backup: StreamBackup, stopping: AbortController): Promise<number> {
  const { signal } = stopping;
  const stopped = new Promise<never>((_, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
  });
  const produced = backup
    .produce({ descriptor: meter.descriptor, writable: () => meter.writable(), signal })
    .then(() => meter.end());
  try {
    // The count is known only after the end, so it can only reject before the producer is through.
    const [, bytes] = await Promise.race([Promise.all([produced, meter.count]), stopped]);
    if (signal.aborted) throw signal.reason;
    return bytes;
  } catch (error) {
    if (!signal.aborted) stopping.abort(error);
    await meter.stop();
    await Promise.race([produced.catch(() => {}), sleep(producerGraceMs, undefined, { ref: false })]);
    throw error;
  }
}
