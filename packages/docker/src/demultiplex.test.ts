import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demultiplex, readFrames } from './demultiplex.ts';

const frameArbitrary = fc.record({
  output: fc.constantFrom<'stdout' | 'stderr'>('stdout', 'stderr'),
  data: fc.uint8Array({ minLength: 1, maxLength: 200 }),
});

function encode(frames: readonly { output: string; data: Uint8Array }[]): Buffer {
  return Buffer.concat(
    frames.map(({ output, data }) => {
      const header = Buffer.alloc(8);
      header[0] = output === 'stderr' ? 2 : 1;
      header.writeUInt32BE(data.length, 4);
      return Buffer.concat([header, data]);
    }),
  );
}

async function decode(pieces: Buffer[]): Promise<{ stdout: Buffer; stderr: Buffer }> {
  const collected = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  for await (const frame of demultiplex(Readable.from(pieces)))
    collected[frame.output].push(Buffer.from(frame.data));
  return { stdout: Buffer.concat(collected.stdout), stderr: Buffer.concat(collected.stderr) };
}

function cut(bytes: Buffer, size: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let offset = 0; offset < bytes.length; offset += size)
    pieces.push(bytes.subarray(offset, offset + size));
  return pieces;
}

describe('demultiplex', () => {
  it('gives back what was framed, however the network cuts it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(frameArbitrary), fc.integer({ min: 1, max: 64 }), async (frames, size) => {
        const decoded = await decode(cut(encode(frames), size));
        for (const output of ['stdout', 'stderr'] as const) {
          const expected = frames.filter((frame) => frame.output === output).map((frame) => frame.data);
          expect(decoded[output]).toEqual(Buffer.concat(expected));
        }
      }),
    );
  });

  it('reports a stream that ends inside a header or inside data', async () => {
    const whole = encode([{ output: 'stdout', data: Buffer.from('hello') }]);
    for (let length = 1; length < whole.length; length += 1) {
      await expect(decode([whole.subarray(0, length)])).rejects.toThrow('ended inside a frame');
    }
  });

  it('reads an answer that is whole in memory', () => {
    const frames = [
      { output: 'stderr' as const, data: Buffer.from('one') },
      { output: 'stdout' as const, data: Buffer.from('two') },
    ];
    expect(readFrames(encode(frames))).toEqual(frames);
  });
});
