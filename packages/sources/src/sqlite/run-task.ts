import path from 'node:path';
import { runInThread } from '../files/run-in-thread.ts';
import type { DatabaseTask, TaskResults } from './tasks.ts';

// The published build holds the same files as JavaScript.
const program = new URL(`./tasks.worker${path.extname(import.meta.url)}`, import.meta.url);

/** Runs one task in a thread; see `runInThread`. @throws ThreadFailure with SQLite's code, HoldfastError `cancelled` */
export async function runDatabaseTask<T extends DatabaseTask>(
  task: T,
  signal: AbortSignal,
): Promise<TaskResults[T['type']]> {
  return runInThread<TaskResults[T['type']]>(program, task, signal);
}
