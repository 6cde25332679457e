import type { Readable } from 'node:stream';

export interface Frame {
  readonly output: 'stdout' | 'stderr';
  readonly data: Buffer;
}

const headerLength = 8;
const stderrType = 2;

/**
 * Splits the engine's attach stream into its frames: one byte of type, three of padding, four of length (big
 * endian), then the data. Long frames are handed on in pieces as they arrive, so memory stays flat, and the
 * consumer's pace is the producer's.
 *
 * @throws Error when the stream ends inside a frame: the connection was cut.
 */
export async function* demultiplex(stream: Readable): AsyncGenerator<Frame> {
  let header = Buffer.alloc(0);
  let output: Frame['output'] = 'stdout';
  let remaining = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let offset = 0;
    while (offset < chunk.length) {
      if (remaining === 0) {
        const needed = headerLength - header.length;
        header = Buffer.concat([header, chunk.subarray(offset, offset + needed)]);
        offset += needed;
        if (header.length < headerLength) break;
        output = header[0] === stderrType ? 'stderr' : 'stdout';
        remaining = header.readUInt32BE(4);
        header = Buffer.alloc(0);
        continue;
      }
      const data = chunk.subarray(offset, offset + remaining);
      offset += data.length;
      remaining -= data.length;
      yield { output, data };
    }
  }
  if (remaining > 0 || header.length > 0)
    throw new Error('the stream of the Docker engine ended inside a frame');
}

/** The frames of an answer that is whole in memory. */
export function readFrames(answer: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let offset = 0; offset + headerLength <= answer.length; ) {
    const end = offset + headerLength + answer.readUInt32BE(offset + 4);
    frames.push({
      output: answer[offset] === stderrType ? 'stderr' : 'stdout',
      data: answer.subarray(offset + headerLength, end),
    });
    offset = end;
  }
  return frames;
}
