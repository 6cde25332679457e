import { constants, createReadStream, createWriteStream, fstatSync, openSync } from 'node:fs';
import net from 'node:net';
import type { Readable, Writable } from 'node:stream';

/**
 * Streams on a descriptor that belongs to somebody else. It is opened anew, so that neither non-blocking mode
 * nor closing is shared with its owner. A pipe becomes a socket of the event loop: file streams would occupy a
 * thread of the pool for as long as the pipe is full.
 */
export function writeTo(descriptor: number): Writable {
  const fd = openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY);
  return fstatSync(fd).isFIFO()
    ? new net.Socket({ fd, readable: false, writable: true })
    : createWriteStream('', { fd });
}

export function readFrom(descriptor: number): Readable {
  const fd = openSync(`/proc/self/fd/${descriptor}`, constants.O_RDONLY);
  return fstatSync(fd).isFIFO()
    ? new net.Socket({ fd, readable: true, writable: false })
    : createReadStream('', { fd });
}
