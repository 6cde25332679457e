import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { PartReader } from '../../source.ts';

/** The same part, of which only the first half arrives until `atHalf` resolves (or rejects: then it breaks off). */
export function haltingReader(reader: PartReader, atHalf: () => Promise<void>): PartReader {
  return {
    part: reader.part,
    toDescriptor: () => Promise.reject(new Error('only made for streams')),
    async stream() {
      const { stream: source, done: sourceDone } = await reader.stream();
      sourceDone.catch(() => {});
      const stream = new PassThrough();
      const copy = async () => {
        let left = Math.floor(reader.part.bytes / 2);
        for await (const chunk of source as AsyncIterable<Buffer>) {
          const now = chunk.subarray(0, Math.max(0, left));
          const later = chunk.subarray(now.length);
          if (!stream.write(now)) await once(stream, 'drain');
          if (left > 0 && left <= chunk.length) await atHalf();
          left -= chunk.length;
          if (!stream.write(later)) await once(stream, 'drain');
        }
        stream.end();
      };
      const done = copy();
      done.catch((error: Error) => stream.destroy(error));
      return { stream, done };
    },
  };
}

/** All bytes arrive, and then the reader says that they were not to be trusted. */
export function distrustedReader(reader: PartReader, error: Error): PartReader {
  return {
    part: reader.part,
    async stream() {
      const { stream, done } = await reader.stream();
      return { stream, done: done.then(() => Promise.reject(error)) };
    },
    async toDescriptor(descriptor) {
      await reader.toDescriptor(descriptor);
      throw error;
    },
  };
}
