import { parentPort } from 'node:worker_threads';

/** What a thread says before it ends. Errors cross threads as plain words and the system's (or SQLite's) code. */
export type ThreadOutcome<T> =
  | { readonly ok: true; readonly result: T }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** For the thread's side: does its one piece of work and tells the parent how it went. */
export async function answerParent<T>(work: () => T | Promise<T>): Promise<void> {
  const outcome = await outcomeOf(work);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(outcome);
}

async function outcomeOf<T>(work: () => T | Promise<T>): Promise<ThreadOutcome<T>> {
  try {
    return { ok: true, result: await work() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { ok: false, code, message: error instanceof Error ? error.message : String(error) };
  }
}
