import { setTimeout as sleep } from 'node:timers/promises';
import { asHoldfastError, HoldfastError, type ProcessResult } from '@holdfast/runtime';
import type { StreamBackup } from '../engine.ts';
import type { CommitGate } from './commit-gate.ts';
import { meterStream, type StreamMeter } from './stream-meter.ts';

/** How long a producer may take to stop after it was asked to. */
const producerGraceMs = 30_000;

/** A producer may notice a dead restic by its broken pipe before this process does. */
const noticeMs = 100;

/**
 * Lets the producer write through a meter into the gate. Resolves with the number of bytes when all is as it
 * must be, and only then; otherwise the gate was aborted and everything has ended.
 * @param stopping ends it all; it is also aborted from here, which tells the producer
 * @param engineFailure restic's own error, when it ended unprompted
 */
export async function feedGate(
  gate: CommitGate,
  backup: StreamBackup,
  stopping: AbortController,
  engineFailure: (outcome: ProcessResult) => HoldfastError,
): Promise<number> {
  let engineEnded = false;
  let meter: StreamMeter | undefined;
  void gate.endedEarly.then(() => {
    engineEnded = true;
    stopping.abort(new HoldfastError('engine-failed', 'restic ended before the stream did.'));
  });
  try {
    meter = await meterStream(gate, backup.magic);
    const bytes = await produce(meter, backup, stopping);
    // restic itself takes an empty stream for one that could not be read.
    const least = Math.max(1, backup.minimumBytes ?? 1);
    if (bytes >= least) return bytes;
    throw new HoldfastError(
      'dump-malformed',
      `The stream ended after ${bytes} bytes; a whole one has ${least} or more.`,
    );
  } catch (error) {
    await Promise.race([gate.endedEarly, sleep(noticeMs)]);
    const unprompted = engineEnded;
    await meter?.stop();
    const outcome = await gate.abort();
    if (unprompted && !saysWhyItself(error)) throw engineFailure(outcome);
    throw asHoldfastError(error);
  }
}

/** Errors that are not a consequence of restic's end. */
function saysWhyItself(error: unknown): boolean {
  return error instanceof HoldfastError && (error.code === 'cancelled' || error.code === 'dump-malformed');
}

/** Runs the producer until it and the meter are through; the first that fails stops the other. */
async function produce(meter: StreamMeter, backup: StreamBackup, stopping: AbortController): Promise<number> {
  const { signal } = stopping;
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => {});
  const onAbort = () => stopped.reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();

  const run = async () => {
    signal.throwIfAborted();
    await backup.produce({ descriptor: meter.descriptor, writable: () => meter.writable(), signal });
    meter.end();
  };
  const produced = run();
  try {
    const [, bytes] = await Promise.race([Promise.all([produced, meter.count]), stopped.promise]);
    signal.throwIfAborted();
    return bytes;
  } catch (error) {
    stopping.abort(error);
    await meter.stop();
    await Promise.race([produced.catch(() => {}), sleep(producerGraceMs, undefined, { ref: false })]);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
