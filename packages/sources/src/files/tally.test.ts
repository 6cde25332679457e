import { chmod, mkdir, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { tally } from './tally.ts';
import { makeTree, oddNames } from './testing/tree.ts';
import { showPath } from './walk.ts';

it('counts every kind of entry, odd names, holes and caches included', async () => {
  const root = path.join(await temporaryFolder(), 'data');
  await makeTree(root);
  const found = tally(root);
  expect(found.counts).toMatchObject({ files: oddNames.length + 8, folders: 3, links: 2, special: 1 });
  expect(found.counts.bytes).toBeGreaterThan(20_000_000);
  expect(found.allocatedBytes).toBeLessThan(1_000_000);
  expect(found.unreadable).toBe(0);
});

it('does not count sockets, which no backup holds, but tells of them', async () => {
  const root = await temporaryFolder();
  const server = createServer().listen(path.join(root, 's.sock'));
  const found = tally(root);
  server.close();
  expect(found).toMatchObject({ sockets: 1, counts: { files: 0, special: 0 } });
});

it('counts any names that a file system takes', async () => {
  const name = fc
    .uint8Array({ minLength: 1, maxLength: 40 })
    .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x5f : byte))))
    .filter((bytes) => bytes.toString('latin1') !== '.' && bytes.toString('latin1') !== '..');
  const names = fc.uniqueArray(name, { maxLength: 20, selector: (bytes) => bytes.toString('hex') });
  await fc.assert(
    fc.asyncProperty(names, async (chosen) => {
      const root = await temporaryFolder();
      for (const bytes of chosen) await writeFile(Buffer.concat([Buffer.from(`${root}/`), bytes]), bytes);
      const { counts } = tally(root);
      expect(counts).toMatchObject({ files: chosen.length, bytes: Buffer.concat(chosen).length });
    }),
    { numRuns: 30 },
  );
});

it('shows names that are not text without losing a byte', () => {
  expect(showPath(Buffer.from('a\nb'))).toBe('"a\\nb"');
  expect(showPath(Buffer.from([0x61, 0xff]))).toBe('"aÿ"');
});

it('sees every change since a time, and nothing older', async () => {
  const root = await temporaryFolder();
  const file = path.join(root, 'file');
  await writeFile(file, 'one');
  await mkdir(path.join(root, 'folder'));
  const changes: (() => Promise<unknown>)[] = [
    () => writeFile(file, 'two'),
    () => utimes(file, 1, 1),
    () => chmod(file, 0o600),
    () => truncate(file, 1),
    () => rename(file, path.join(root, 'folder', 'file')),
    () => rename(path.join(root, 'folder', 'file'), file),
    () => rm(file),
  ];
  for (const change of changes) {
    await sleep(20);
    const since = Date.now();
    await sleep(20);
    expect(tally(root, since).changed).toBe(0);
    await change();
    expect(tally(root, since).changed).toBeGreaterThan(0);
  }
});
