import { closeSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAnonymousPipes, type ProcessResult, type ProcessSpec, startProcess } from '@holdfast/runtime';

/**
 * The guard between Holdfast and restic; docs/decisions/0002-commit-gate.md says why. Its descriptors: 3 is
 * what restic reads, 4 a write end of the same pipe, 5 the verdict. Each line of the verdict:
 * `commit` lets go of the write end, so that restic may see the end of the data; `ended` only collects a restic
 * that ended by itself; anything else, above all the end of the verdict pipe (Holdfast is dead or gave up),
 * ends restic while the write end is still held: SIGTERM so that it removes its lock (it cannot end by itself
 * while it waits for data), a moment later SIGKILL.
 * Background commands of a shell read /dev/null unless told otherwise, hence the explicit `<&3`. The guard lets go of its
 * own outputs so that their end tells Holdfast that restic is gone, and of descriptor 3 so that producers do
 * notice.
 */
const guardScript = `
"$@" <&3 3<&- 4>&- 5<&- &
restic=$!
exec 3<&- >/dev/null 2>&1
IFS= read -r verdict <&5 || verdict=abort
case $verdict in
  commit) exec 4>&- ;;
  ended) ;;
  *) kill -TERM "$restic"; sleep 1; kill -KILL "$restic" ;;
esac
wait "$restic"
`;

/** How long the guard may take to end restic before its whole group is killed. */
const abortDeadlineMs = 5000;

export interface CommitGate {
  /** The way into the program's standard input for children: blocking. Belongs to the gate. */
  readonly descriptor: number;
  /** The same for this process; not blocking. Belongs to the gate: flush it, do not end it. */
  readonly input: Writable;
  /** Resolves when the program (or its guard) ended before there was a verdict. Never rejects. */
  readonly endedEarly: Promise<void>;
  /**
   * Says that the data is complete: the program sees the end once all who were given a descriptor let go, too.
   * Resolves when it is gone.
   * @param signal ends the program even now; whether it had finished its work before must be looked up
   */
  commit(signal?: AbortSignal): Promise<ProcessResult>;
  /** Ends the program before it can see the end of the data; resolves when it is gone. Safe to repeat. */
  abort(): Promise<ProcessResult>;
}

/**
 * Starts a program that reads its standard input to the end, so that nobody's death but only `commit` lets it
 * see that end.
 */
export async function openCommitGate(
  spec: Omit<ProcessSpec, 'stdin' | 'descriptors' | 'signal' | 'timeoutMs'>,
): Promise<CommitGate> {
  const { data, verdict } = await createAnonymousPipes('data', 'verdict');
  const hold = data.openWriteEnd();
  const input = new Socket({ fd: data.openWriteEnd(), readable: false, writable: true });
  // A broken pipe here means that the program is gone, which `endedEarly` reports.
  input.on('error', () => {});
  const verdictEnd = verdict.openWriteEnd();
  let held = true;
  const letGo = () => {
    if (!held) return;
    held = false;
    input.destroy();
    closeSync(hold);
  };

  const guard = await startProcess({
    ...spec,
    program: 'sh',
    arguments: ['-c', guardScript, 'holdfast-gate', spec.program, ...spec.arguments],
    descriptors: [data.readEnd, hold, verdict.readEnd],
  })
    .catch((error: unknown) => {
      letGo();
      closeSync(verdictEnd);
      throw error;
    })
    .finally(() => {
      data.close();
      verdict.close();
    });

  let decided = false;
  const say = (word: string) => {
    if (decided) return;
    decided = true;
    try {
      // One write of less than PIPE_BUF: the guard gets all of it or nothing.
      writeSync(verdictEnd, `${word}\n`);
    } catch {
      // The guard is gone; `collect` deals with what it left behind.
    } finally {
      closeSync(verdictEnd);
    }
  };
  /** Waits until the program is gone, which takes as long as somebody holds its output. */
  const collect = async (deadlineMs?: number) => {
    const kill = () => guard.kill('SIGKILL');
    const timer = deadlineMs === undefined ? undefined : setTimeout(kill, deadlineMs);
    // Without its guard the program would wait for the end of the data for ever, and must not see it.
    void guard.exited.then(kill);
    try {
      return await guard.done;
    } finally {
      clearTimeout(timer);
      letGo();
    }
  };

  const endedEarly = new Promise<void>((resolve) => {
    void Promise.race([guard.outputClosed, guard.exited]).then(() => {
      if (!decided) resolve();
    });
  });
  return {
    descriptor: hold,
    input,
    endedEarly,
    async commit(signal) {
      say('commit');
      letGo();
      const stop = () => guard.kill('SIGTERM');
      signal?.addEventListener('abort', stop);
      try {
        return await collect();
      } finally {
        signal?.removeEventListener('abort', stop);
      }
    },
    async abort() {
      const gone = await Promise.race([endedEarly.then(() => true), sleep(0, false)]);
      say(gone ? 'ended' : 'abort');
      return collect(abortDeadlineMs);
    },
  };
}
