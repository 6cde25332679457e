import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testContext } from '../testing/context.ts';
import { FolderStore } from '../testing/folder-store.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { directorySource } from './directory-source.ts';

const hostile = ['a*b', '[x]', 'back\\slash', '!not', '-rf', ' led', 'line\nbreak', '$(touch x)'];

/** A folder that was stored and then changed everywhere. */
async function scene() {
  const parent = await temporaryFolder();
  const root = path.join(parent, 'data');
  await mkdir(path.join(root, 'folder', 'deep'), { recursive: true });
  for (const name of ['plain', 'other', 'folder/one', 'folder/deep/two', ...hostile])
    await writeFile(path.join(root, name), `stored ${name}`);
  await chmod(path.join(root, 'folder'), 0o750);
  await symlink('plain', path.join(root, 'link'));
  const store = await FolderStore.create();
  onTestFinished(() => store[Symbol.asyncDispose]());
  const stored = await store.save(
    'directory',
    await directorySource.capture({ path: root }, testContext()),
    testContext().signal,
  );
  for (const name of ['plain', 'other', 'folder/one']) await writeFile(path.join(root, name), 'changed');
  await writeFile(path.join(root, 'folder', 'came later'), 'x');
  return {
    root,
    parent,
    read: (name: string) => readFile(path.join(root, name), 'utf8'),
    restore: (mode: 'swap' | 'in-place' | 'beside', paths: readonly string[], more = {}) =>
      directorySource.restore({ path: root }, stored.request(mode, { paths, ...more }), testContext()),
  };
}

describe.each(['swap', 'in-place'] as const)('some files, %s', (mode) => {
  it('come back, what they replace is kept, and nothing else changes', async () => {
    const { root, parent, read, restore } = await scene();
    await rm(path.join(root, 'link'));
    const report = await restore(mode, ['/plain', '/folder', '/link']);
    expect(await read('plain')).toBe('stored plain');
    expect(await read('other')).toBe('changed');
    expect(await readdir(path.join(root, 'folder'))).toEqual(['deep', 'one']);
    expect((await stat(path.join(root, 'folder'))).mode & 0o777).toBe(0o750);
    expect(await read('link')).toBe('stored plain');
    expect(report.verified).toEqual({ files: 3, folders: 2, bytes: expect.any(Number) });
    const [previous = ''] = report.previous;
    expect(path.dirname(previous)).toBe(mode === 'swap' ? parent : root);
    expect(await readFile(path.join(previous, 'plain'), 'utf8')).toBe('changed');
    expect(await readFile(path.join(previous, 'folder', 'came later'), 'utf8')).toBe('x');
    const left = [...(await readdir(parent)), ...(await readdir(root))].filter((name) =>
      name.includes('holdfast-'),
    );
    expect(left).toEqual([]);
  });

  it('come back into folders that are gone, whatever they are called', async () => {
    const { root, read, restore } = await scene();
    for (const name of [...hostile, 'folder']) await rm(path.join(root, name), { recursive: true });
    const report = await restore(mode, [...hostile.map((name) => `/${name}`), '/folder/deep/two']);
    for (const name of hostile) expect(await read(name)).toBe(`stored ${name}`);
    expect(await readdir(path.join(root, 'folder'))).toEqual(['deep']);
    expect(report.previous).toEqual([]);
  });

  it('change nothing when the storage breaks off, or one of them is not there', async () => {
    const { parent, root, read, restore } = await scene();
    await expect(restore(mode, ['/plain'], { breakOff: true })).rejects.toThrow();
    await expect(restore(mode, ['/plain', '/none'])).rejects.toMatchObject({ code: 'not-found' });
    expect(await read('plain')).toBe('changed');
    expect(await readdir(parent)).toEqual(['data']);
    expect((await readdir(root)).filter((name) => name.includes('holdfast'))).toEqual([]);
  });
});

it('some files beside hold only those', async () => {
  const { parent, read, restore } = await scene();
  const newName = path.join(parent, 'picked');
  const report = await restore('beside', ['/folder/one', '/a*b'], { newName });
  expect(report).toMatchObject({ restored: [newName], previous: [], verified: { files: 2, folders: 0 } });
  expect((await readdir(newName, { recursive: true })).sort()).toEqual(['a*b', 'folder', 'folder/one']);
  expect(await read('folder/one')).toBe('changed');
});
