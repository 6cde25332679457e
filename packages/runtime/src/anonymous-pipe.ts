import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * A kernel pipe whose ends can be handed to child processes, so that data goes from one to the other without
 * passing through this process. Node cannot make one itself: a FIFO is made, opened, and unlinked at once.
 * Every descriptor is close-on-exec; a child gets only those that its `stdio` names.
 */
export interface AnonymousPipe {
  readonly readEnd: number;
  /** Opens one more write end, with its own file description (so that non-blocking mode is not shared). */
  openWriteEnd(): number;
  /** Closes the read end and the pipe's own hold on the FIFO; write ends belong to whoever opened them. */
  close(): void;
}

export function createAnonymousPipe(): AnonymousPipe {
  const name = path.join(tmpdir(), `holdfast-pipe-${randomUUID()}`);
  execFileSync('mkfifo', ['-m', '600', name]);
  // Opening for both ways never blocks on Linux, and lets the one-way opens below succeed at once.
  const both = openSync(name, constants.O_RDWR);
  const readEnd = openSync(name, constants.O_RDONLY);
  rmSync(name);
  let open = true;
  return {
    readEnd,
    openWriteEnd: () => openSync(`/proc/self/fd/${both}`, constants.O_WRONLY),
    close() {
      if (!open) return;
      open = false;
      closeSync(readEnd);
      closeSync(both);
    },
  };
}
