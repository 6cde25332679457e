import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { inheritedEnvironment } from './inherited-environment.ts';

const run = promisify(execFile);

const prefix = 'holdfast-pipe-';
/** Pipes are unlinked within moments; one that is older was left by a process that was killed in between. */
const leftAfterMs = 60_000;
let sweeping: Promise<void> | undefined;

/**
 * A kernel pipe whose ends can be handed to child processes, so that data goes from one to the other without
 * passing through this process. Node cannot make one itself: a FIFO is made, opened, and unlinked at once.
 * Every descriptor is close-on-exec; a child gets only those that its `stdio` names.
 */
export interface AnonymousPipe {
  /** Blocking. Closed by `close`. */
  readonly readEnd: number;
  /** One more read end with its own file description, for reading without blocking; whoever opens it closes it. */
  openReadEnd(): number;
  /** One more write end with its own file description (so that non-blocking mode is not shared). */
  openWriteEnd(): number;
  /**
   * Closes the read end and the pipe's own hold on both ways: from now on writers notice when the last reader
   * is gone, and readers when the last writer is. Ends that were opened belong to whoever opened them.
   */
  close(): void;
}

/** Makes several pipes at the price of one: each costs a few descriptors, all of them one short process. */
export async function createAnonymousPipes<const Names extends string>(
  ...names: Names[]
): Promise<Record<Names, AnonymousPipe>> {
  const files = names.map((name) => [name, path.join(tmpdir(), `${prefix}${randomUUID()}`)] as const);
  const paths = files.map(([, file]) => file);
  sweeping ??= removeLeftPipes().catch(() => {});
  try {
    await run('mkfifo', ['-m', '600', '--', ...paths], { env: inheritedEnvironment() });
    return Object.fromEntries(files.map(([name, file]) => [name, openPipe(file)])) as Record<
      Names,
      AnonymousPipe
    >;
  } finally {
    await Promise.all(paths.map((file) => rm(file, { force: true })));
  }
}

/** Empty files, which hold no data; but nobody else would take them away. Once in the life of a process. */
async function removeLeftPipes(): Promise<void> {
  for (const name of (await readdir(tmpdir())).filter((found) => found.startsWith(prefix))) {
    const file = path.join(tmpdir(), name);
    const found = await lstat(file).catch(() => undefined);
    if (found?.isFIFO() === true && Date.now() - found.mtimeMs > leftAfterMs) await rm(file, { force: true });
  }
}

export async function createAnonymousPipe(): Promise<AnonymousPipe> {
  const { pipe } = await createAnonymousPipes('pipe');
  return pipe;
}

function openPipe(file: string): AnonymousPipe {
  // Opening for both ways never blocks on Linux, and lets the one-way opens below succeed at once.
  const both = openSync(file, constants.O_RDWR);
  const readEnd = openSync(file, constants.O_RDONLY);
  const again = `/proc/self/fd/${both}`;
  let open = true;
  return {
    readEnd,
    openReadEnd: () => openSync(again, constants.O_RDONLY),
    openWriteEnd: () => openSync(again, constants.O_WRONLY),
    close() {
      if (!open) return;
      open = false;
      closeSync(readEnd);
      closeSync(both);
    },
  };
}
