import { Worker } from 'node:worker_threads';
import { HoldfastError } from '@holdfast/runtime';
import type { ThreadOutcome } from './answer-parent.ts';
import { cancellationOf, throwIfCancelled } from './cancellation.ts';

/** An error that a thread met, before a caller gives it its meaning. */
export class ThreadFailure extends Error {
  override readonly name = 'ThreadFailure';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Runs work that would block this thread in one of its own. A cancelled one ends with the system call or SQL
 * statement that it is in; the promise settles only when the thread is gone, so that its files can be removed.
 * A program imports little: its modules are loaded anew for each thread.
 * @throws ThreadFailure, HoldfastError `cancelled`
 */
export async function runInThread<T>(program: URL, input: unknown, signal: AbortSignal): Promise<T> {
  throwIfCancelled(signal);
  const worker = new Worker(program, { workerData: input, execArgv: [] });
  const stop = () => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const outcome = await messageOf<ThreadOutcome<T>>(worker);
    throwIfCancelled(signal);
    if (outcome === undefined) throw new HoldfastError('internal', 'A thread ended without a word.');
    if (!outcome.ok) throw new ThreadFailure(outcome.code, outcome.message);
    return outcome.result;
  } catch (error) {
    throw signal.aborted ? cancellationOf(signal) : error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The only message of a thread, once it ended; absent when it was stopped before. */
function messageOf<T>(worker: Worker): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    let message: T | undefined;
    worker.once('message', (value: T) => {
      message = value;
    });
    worker.once('error', reject);
    worker.once('exit', () => resolve(message));
  });
}
