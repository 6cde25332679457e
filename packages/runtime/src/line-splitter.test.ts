import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTail } from './bounded-output.ts';
import { createLineSplitter } from './line-splitter.ts';

function split(chunks: readonly Buffer[], limit?: number): string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line), limit);
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe('the line splitter', () => {
  test('gives the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' })),
        fc.integer({ min: 1, max: 7 }),
        (texts, size) => {
          const expected = texts.flatMap((text) => text.split(/[\r\n]+/)).filter((line) => line !== '');
          const whole = Buffer.from(texts.join('\n'));
          const chunks = [];
          for (let at = 0; at < whole.length; at += size) chunks.push(whole.subarray(at, at + size));
          expect(split(chunks)).toEqual(expected);
        },
      ),
    );
  });

  test('an overlong line is cut, and the next one is whole', () => {
    const chunks = ['a'.repeat(10), 'b'.repeat(10), '\nnext\n'].map((text) => Buffer.from(text));
    expect(split(chunks, 12)).toEqual([`${'a'.repeat(10)}bb`, 'next']);
  });
});

test('a tail keeps the last bytes of whatever was pushed', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (chunks) => {
      const tail = createTail(32);
      for (const chunk of chunks) tail.push(Buffer.from(chunk.map((byte) => byte % 128)));
      const whole = Buffer.concat(chunks.map((chunk) => chunk.map((byte) => byte % 128)));
      expect(tail.text()).toBe(whole.subarray(-32).toString());
    }),
  );
});
