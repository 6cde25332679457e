import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { createAnonymousPipe, HoldfastError, runProcess } from '@holdfast/runtime';
import { passHead } from './stream-head.ts';

/** So much passes through this process; the rest is moved, and counted, by `dd`. */
const headBytes = 1024 * 1024;

/** Where metered bytes go: the same pipe, once for this process and once for children. */
export interface MeterTarget {
  readonly input: Writable;
  readonly descriptor: number;
}

export interface StreamMeter {
  /** Blocking, for children of this process. Belongs to the meter. */
  readonly descriptor: number;
  /** For a producer in this process; not blocking, respects back-pressure. At most once; end it when done. */
  writable(): Writable;
  /** Lets go of the write end: call it when the producer has succeeded. */
  end(): void;
  /**
   * The number of bytes, once all writers have let go and every byte was passed on.
   * @throws HoldfastError `dump-malformed` when the stream does not begin as it must, `internal` when it broke
   */
  readonly count: Promise<number>;
  /** Stops; writers get a broken pipe. Resolves when nothing of it is left. Safe to repeat. */
  stop(): Promise<void>;
}

/**
 * A pipe that looks at how a stream begins and counts it, at next to no cost. Both are known before the commit
 * gate has to decide.
 */
export async function meterStream(
  target: MeterTarget,
  magic: Uint8Array = new Uint8Array(),
): Promise<StreamMeter> {
  const pipe = await createAnonymousPipe();
  const descriptor = pipe.openWriteEnd();
  const socketEnd = pipe.openWriteEnd();
  const headEnd = pipe.openReadEnd();
  const restEnd = pipe.openReadEnd();
  pipe.close();

  const stopping = new AbortController();
  let socket: Socket | undefined;
  let open = true;
  const end = () => {
    if (!open) return;
    open = false;
    closeSync(descriptor);
    if (socket === undefined) closeSync(socketEnd);
    else socket.end();
  };

  const measure = async (): Promise<number> => {
    const { signal } = stopping;
    try {
      const head = await passHead({
        readEnd: headEnd,
        target: target.input,
        magic,
        limit: headBytes,
        signal,
      });
      return head.ended ? head.bytes : head.bytes + (await moveRest(restEnd, target.descriptor, signal));
    } finally {
      closeSync(restEnd);
    }
  };
  const count = measure();
  count.catch(() => {});

  return {
    descriptor,
    writable() {
      if (!open || socket !== undefined)
        throw new Error('A stream sink can be opened once, and before it ends.');
      socket = new Socket({ fd: socketEnd, readable: false, writable: true });
      return socket;
    },
    end,
    count,
    async stop() {
      stopping.abort(new HoldfastError('cancelled', 'The stream was stopped.'));
      end();
      await count.catch(() => {});
      socket?.destroy();
    },
  };
}

/** Moves what is left from pipe to pipe without touching it, and says how much it was. */
async function moveRest(from: number, to: number, signal: AbortSignal): Promise<number> {
  const { exitCode, stderrTail } = await runProcess({
    program: 'dd',
    arguments: ['bs=1M'],
    environment: { LC_ALL: 'C' },
    stdin: { descriptor: from },
    stdout: { descriptor: to },
    signal,
  });
  const counted = /^(\d+) bytes? /m.exec(stderrTail)?.[1];
  if (exitCode !== 0 || counted === undefined) {
    throw new HoldfastError('internal', `The stream broke off on its way to restic: ${stderrTail.trim()}`);
  }
  return Number(counted);
}
