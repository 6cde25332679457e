import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { HoldfastError } from '@holdfast/runtime';

export interface HeadOptions {
  /** Non-blocking from now on, and closed when the returned promise settles. */
  readonly readEnd: number;
  readonly target: Writable;
  /** What the stream must begin with. Nothing is passed on before that was seen. */
  readonly magic: Uint8Array;
  /** Stops after about so many bytes. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

export interface Head {
  readonly bytes: number;
  /** The stream ended within the head. */
  readonly ended: boolean;
}

/**
 * Passes the first part of a stream on and looks at how it begins. Not a byte beyond what is passed on has been
 * taken out of the pipe when it resolves, so that somebody else can go on reading there.
 * @throws HoldfastError `dump-malformed`; the error of the target; the reason of the signal
 */
export async function passHead({ readEnd, target, magic, limit, signal }: HeadOptions): Promise<Head> {
  let bytes = 0;
  let held = Buffer.alloc(0);
  let ended = false;
  const { promise, resolve, reject } = Promise.withResolvers<void>();

  const take = async (chunk: Buffer) => {
    bytes += chunk.length;
    held = Buffer.concat([held, chunk]);
    if (held.length < magic.length) return;
    if (bytes === held.length && !held.subarray(0, magic.length).equals(magic)) throw malformed(held, magic);
    await write(target, held);
    held = Buffer.alloc(0);
  };
  const socket = new Socket({
    fd: readEnd,
    readable: true,
    writable: false,
    // A buffer of our own and a callback that says "no more": unlike the stream's own buffering, this takes
    // nothing out of the pipe that was not asked for.
    onread: {
      buffer: Buffer.allocUnsafe(64 * 1024),
      callback(size, buffer) {
        take(Buffer.from(buffer.subarray(0, size))).then(
          () => (bytes >= limit ? resolve() : socket.resume()),
          reject,
        );
        return false;
      },
    },
  });
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  socket.on('error', reject);
  socket.on('end', () => {
    ended = true;
    resolve();
  });
  try {
    await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    const closed = new Promise((done) => socket.once('close', done));
    socket.destroy();
    await closed;
  }
  if (bytes < magic.length) throw malformed(held, magic);
  return { bytes, ended };
}

function malformed(start: Buffer, magic: Uint8Array): HoldfastError {
  const seen =
    start.length === 0 ? 'nothing' : JSON.stringify(start.subarray(0, magic.length).toString('latin1'));
  const wanted = JSON.stringify(Buffer.from(magic).toString('latin1'));
  return new HoldfastError('dump-malformed', `The stream begins with ${seen}, not with ${wanted}.`);
}

function write(target: Writable, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    target.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}
