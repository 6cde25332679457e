import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { HoldfastError } from '@holdfast/runtime';
import { cancellationOf, throwIfCancelled } from '../files/cancellation.ts';
import type { DatabaseTask, TaskMessage, TaskResults } from './tasks.ts';

/** What SQLite said about a file, before a caller gives it its meaning. */
export class DatabaseFailure extends Error {
  override readonly name = 'DatabaseFailure';
  /** SQLite's own (`SQLITE_BUSY`) or the system's (`ENOSPC`). */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

// The published build holds the same files as JavaScript.
const program = new URL(`./tasks.worker${path.extname(import.meta.url)}`, import.meta.url);

/**
 * Runs one task in a thread. A cancelled one ends with the statement that runs (SQLite offers no way to break
 * into it from here); the promise settles only when the thread is gone, so that its files can be removed.
 * @throws DatabaseFailure, HoldfastError `cancelled`
 */
export async function runDatabaseTask<T extends DatabaseTask>(
  task: T,
  signal: AbortSignal,
): Promise<TaskResults[T['type']]> {
  throwIfCancelled(signal);
  const worker = new Worker(program, { workerData: task, execArgv: [] });
  const stop = () => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const message = await outcomeOf(worker);
    if (message === undefined) throwIfCancelled(signal);
    if (message === undefined)
      throw new HoldfastError('internal', `The thread for "${task.type}" ended without a word.`);
    if (!message.ok) throw new DatabaseFailure(message.code, message.message);
    return message.result as TaskResults[T['type']];
  } catch (error) {
    throw signal.aborted ? cancellationOf(signal) : error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function outcomeOf(worker: Worker): Promise<TaskMessage | undefined> {
  return new Promise((resolve, reject) => {
    let message: TaskMessage | undefined;
    let failure: unknown;
    worker.once('message', (value: TaskMessage) => {
      message = value;
    });
    worker.once('error', (error) => {
      failure = error;
    });
    worker.once('exit', () => {
      if (failure === undefined) resolve(message);
      else reject(failure instanceof Error ? failure : new Error(String(failure)));
    });
  });
}
