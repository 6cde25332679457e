import { expect, it } from 'vitest';
import { replaceInStream } from './replace-in-stream.ts';

async function replace(text: string, chunkSize: number): Promise<string> {
  async function* chunks() {
    for (let at = 0; at < text.length; at += chunkSize) yield Buffer.from(text.slice(at, at + chunkSize));
  }
  const result: Buffer[] = [];
  for await (const chunk of replaceInStream(chunks(), Buffer.from('\nab'), Buffer.from('\nXYZ')))
    result.push(chunk);
  return Buffer.concat(result).toString();
}

it.each([1, 2, 3, 5, 100])('replaces across chunks of %d bytes, and loses nothing', async (chunkSize) => {
  expect(await replace('ab\nab\nabc\n\na', chunkSize)).toBe('ab\nXYZ\nXYZc\n\na');
  expect(await replace('\n\n\nab', chunkSize)).toBe('\n\n\nXYZ');
  expect(await replace('', chunkSize)).toBe('');
});
