import { randomBytes, randomUUID } from 'node:crypto';
import type { ErrorCode } from '@holdfast/contracts';
import { afterAll, describe, expect, test } from 'vitest';
import { type FileStoreProvider, openFileStore } from '../registry.ts';

export interface FileStoreSuite {
  readonly provider: FileStoreProvider;
  /** Settings of a place that works, with nothing in it yet. */
  freshSettings(): Promise<Readonly<Record<string, unknown>>>;
  /** Settings with which nothing can be stored, and what the person is told. */
  readonly wrong: readonly {
    readonly name: string;
    readonly settings: () => Promise<Readonly<Record<string, unknown>>>;
    readonly code: ErrorCode;
  }[];
  /** Called once, after all tests. */
  cleanUp(): Promise<void>;
}

/** What every file store has to keep to, tried on the real thing. */
export function fileStoreSuite(suite: FileStoreSuite): void {
  afterAll(() => suite.cleanUp());
  const fresh = async () => openFileStore(suite.provider, await suite.freshSettings());

  describe(`the file store ${suite.provider}`, () => {
    test.each([0, 1, 300_000, 20 * 1024 * 1024])('gives back a file of %d bytes', async (size) => {
      const store = await fresh();
      const content = randomBytes(size);
      expect(await store.put('a/b c.hfbackup', pieces(content))).toBe(size);
      expect(Buffer.compare(await collect(await store.get('a/b c.hfbackup')), content)).toBe(0);
      expect(await store.list('a/')).toEqual([{ key: 'a/b c.hfbackup', bytes: size }]);
      await store.close();
    });

    test('lists by the beginning of keys, sorted, and deletes', async () => {
      const store = await fresh();
      for (const key of ['b', 'a-2', 'a-1', 'ab/c']) await store.put(key, pieces(Buffer.from(key)));
      expect((await store.list('a-')).map(({ key }) => key)).toEqual(['a-1', 'a-2']);
      expect((await store.list('')).map(({ key }) => key)).toEqual(['a-1', 'a-2', 'ab/c', 'b']);
      await store.delete('a-1');
      await store.delete('a-1');
      expect((await store.list('a-')).map(({ key }) => key)).toEqual(['a-2']);
      await store.close();
    });

    test('says that a file is missing', async () => {
      const store = await fresh();
      await store.put('there', pieces(Buffer.from('x')));
      await expect(store.get('not-there')).rejects.toMatchObject({ code: 'not-found' });
      await store.close();
    });

    test.each([10, 20 * 1024 * 1024])('keeps nothing of a body that fails after %d bytes', async (size) => {
      const store = await fresh();
      async function* failing() {
        yield* pieces(randomBytes(size));
        throw new Error('the source failed');
      }
      await expect(store.put('half', failing())).rejects.toThrow();
      expect(await store.list('')).toEqual([]);
      await store.close();
    });

    test('stops when told to, and keeps nothing', async () => {
      const store = await fresh();
      const stop = new AbortController();
      async function* endless() {
        for (let count = 0; ; count++) {
          yield randomBytes(1024 * 1024);
          if (count === 12) stop.abort();
        }
      }
      await expect(store.put('half', endless(), { signal: stop.signal })).rejects.toThrow();
      expect(await store.list('')).toEqual([]);
      await store.close();
    });

    test('knows its own addresses and no others', async () => {
      const store = await fresh();
      const uri = store.uriOf('a/b.hfbackup');
      expect(store.keyOf(uri)).toBe('a/b.hfbackup');
      for (const other of [
        'file:///etc/passwd',
        's3://else/a',
        'azure://else/a',
        `${uri}/../../../x`,
        'x',
        '',
      ]) {
        const key = store.keyOf(other);
        // What a path resolves to inside the place is inside the place.
        if (key !== undefined) expect(store.uriOf(key)).not.toContain('..');
      }
      expect(store.keyOf('file:///etc/passwd')).toBeUndefined();
      expect(store.keyOf(`s3://${randomUUID()}/a`)).toBeUndefined();
      await store.close();
    });

    test.each(suite.wrong)('tells $name', async ({ settings, code }) => {
      const store = openFileStore(suite.provider, await settings());
      await expect(store.put('x', pieces(Buffer.from('x')))).rejects.toMatchObject({ code });
      await store.close();
    });
  });
}

async function* pieces(content: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
