import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createDockerHost } from '@holdfast/docker';
import { labDockerHost } from '@holdfast/docker/testing';
import { expect, it, onTestFinished } from 'vitest';
import { testContext } from '../testing/context.ts';
import { FolderStore } from '../testing/folder-store.ts';
import { volumeSource } from './volume-source.ts';

const docker = createDockerHost({ host: labDockerHost() });
const { resources } = docker;

/** A volume whose files were changed since its snapshot. */
async function scene(options: Readonly<Record<string, string>> = {}) {
  const name = `holdfast-test-${randomUUID().slice(0, 8)}`;
  await resources.createVolume({ name, driver: 'local', labels: {}, options });
  const context = () => testContext({ docker });
  onTestFinished(async () => {
    for (const found of await resources.volumes()) {
      if (found.name.startsWith(name)) await resources.removeVolume(found.name);
    }
  });
  const folder = options['device'] ?? (await resources.volume(name))?.mountpoint ?? '';
  await mkdir(path.join(folder, 'folder'));
  const write = async (content: string) => {
    for (const file of ['chosen', 'other', 'folder/one']) await writeFile(path.join(folder, file), content);
  };
  await write('stored');
  const store = await FolderStore.create();
  onTestFinished(() => store[Symbol.asyncDispose]());
  const locator = { volume: { name } };
  const stored = await store.save('volume', await volumeSource.capture(locator, context()), context().signal);
  await write('changed');
  const paths = ['/chosen', '/folder'];
  return {
    name,
    folder,
    read: (file: string, of = folder) => readFile(path.join(of, file), 'utf8'),
    restore: (mode: 'swap' | 'in-place' | 'beside', more = {}) =>
      volumeSource.restore(locator, stored.request(mode, { paths, ...more }), context()),
  };
}

/** The folders of volumes whose names begin so. */
async function volumesOf(name: string): Promise<string[]> {
  return (await resources.volumes()).map((found) => found.name).filter((found) => found.startsWith(name));
}

it('some files of a volume come back, and what they replace becomes a volume', async () => {
  const { name, read, restore } = await scene();
  const report = await restore('swap');
  expect(report).toMatchObject({
    restored: [`${name}:/chosen`, `${name}:/folder`],
    verified: { files: 2, folders: 1, bytes: 12 },
  });
  expect([await read('chosen'), await read('folder/one'), await read('other')]).toEqual([
    'stored',
    'stored',
    'changed',
  ]);
  const [previous = ''] = report.previous;
  const kept = (await resources.volume(previous))?.mountpoint ?? '';
  expect([await read('chosen', kept), await read('folder/one', kept)]).toEqual(['changed', 'changed']);
  expect(await readdir(kept)).toHaveLength(2);
  expect((await volumesOf('holdfast-restore-')).filter((found) => found === name)).toEqual([]);
});

it('a restore of some files that breaks off leaves no volume', async () => {
  const { name, read, restore } = await scene();
  await expect(restore('swap', { breakOff: true })).rejects.toThrow();
  expect(await read('chosen')).toBe('changed');
  expect(await volumesOf(name)).toEqual([name]);
});

it('into a volume that lies elsewhere they come in place, and what they replace stays in it', async () => {
  const host = await scene();
  const device = path.join(host.folder, 'bound');
  await mkdir(device);
  const { name, folder, read, restore } = await scene({ type: 'none', o: 'bind', device });
  await expect(restore('swap')).rejects.toMatchObject({ code: 'restore-target-mounted' });
  const report = await restore('in-place');
  expect([await read('chosen'), await read('other')]).toEqual(['stored', 'changed']);
  const [previous = ''] = report.previous;
  expect(path.dirname(previous)).toBe(folder);
  expect(await read('chosen', previous)).toBe('changed');
  expect(await volumesOf(name)).toEqual([name]);
});

it('beside, a volume is made of those files only', async () => {
  const { name, restore } = await scene();
  await restore('beside', { newName: `${name}-picked` });
  const made = (await resources.volume(`${name}-picked`))?.mountpoint ?? '';
  expect((await readdir(made)).sort()).toEqual(['chosen', 'folder']);
});
