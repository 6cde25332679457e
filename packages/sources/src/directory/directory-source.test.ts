import { once } from 'node:events';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testContext } from '../testing/context.ts';
import { FolderStore } from '../testing/folder-store.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { directorySource } from './directory-source.ts';

async function scene() {
  const root = path.join(await temporaryFolder(), 'data');
  await mkdir(root);
  await writeFile(path.join(root, 'file'), 'content');
  const store = await FolderStore.create();
  onTestFinished(() => store[Symbol.asyncDispose]());
  const context = testContext();
  const save = async (locator = { path: root }) =>
    store.save('directory', await directorySource.capture(locator, context), context.signal);
  return { root, save };
}

describe('what cannot be captured is refused in plain words', () => {
  it('a missing folder', async () => {
    const missing = path.join(await temporaryFolder(), 'no');
    await expect(directorySource.capture({ path: missing }, testContext())).rejects.toMatchObject({
      code: 'source-unreadable',
      message: expect.stringContaining('There is no folder'),
    });
  });

  it('a file', async () => {
    const file = path.join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    await expect(directorySource.capture({ path: file }, testContext())).rejects.toMatchObject({
      code: 'source-unreadable',
      message: expect.stringContaining('not a folder'),
    });
  });

  it.each(['relative', '/', '//', '/srv/..', '/nul\0'])('%j, by its locator', (value) => {
    expect(directorySource.locator.safeParse({ path: value }).success).toBe(false);
  });
});

describe('a capture', () => {
  it('says that nothing changed, and that nothing was left out', async () => {
    const { save } = await scene();
    const { manifest } = await save();
    expect(manifest.details).toMatchObject({ unchanged: true, excludes: [] });
    expect(manifest.warnings).toEqual([]);
  });

  it('says that files changed meanwhile, and its restore is held to what was stored', async () => {
    const { root } = await scene();
    const context = testContext();
    const store = await FolderStore.create();
    onTestFinished(() => store[Symbol.asyncDispose]());
    const capture = await directorySource.capture({ path: root }, context);
    const facts: typeof capture.facts = async (stored) => {
      await writeFile(path.join(root, 'came later'), 'x');
      return capture.facts(stored);
    };
    const snapshot = await store.save('directory', { ...capture, facts }, context.signal);
    expect(snapshot.manifest.details).toMatchObject({ unchanged: false });
    expect(snapshot.manifest.warnings.join()).toContain('changed while');
    expect(snapshot.manifest.counts).toEqual({ files: 1, folders: 0, bytes: 7 });
    const report = await directorySource.restore({ path: root }, snapshot.request('swap'), testContext());
    expect(report).toMatchObject({ warnings: [], verified: { files: 1, folders: 0, bytes: 7 } });
    expect(await readdir(root)).toEqual(['file']);
  });

  it('of an empty folder has no part, and its restore is an empty folder again', async () => {
    const { root, save } = await scene();
    await rm(path.join(root, 'file'));
    const server = createServer().listen(path.join(root, 'socket'));
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const snapshot = await save();
    expect(snapshot.manifest.parts).toEqual([]);
    expect(snapshot.manifest.counts).toEqual({ files: 0, folders: 0, links: 0, special: 0, bytes: 0 });
    await writeFile(path.join(root, 'came later'), 'x');
    await directorySource.restore({ path: root }, snapshot.request('swap'), testContext());
    expect(await readdir(root)).toEqual([]);
  });

  it('goes through a link to the folder, and a restore keeps the link', async () => {
    const { root, save } = await scene();
    const link = path.join(await temporaryFolder(), 'current');
    await symlink(root, link);
    const snapshot = await save({ path: link });
    await writeFile(path.join(root, 'other'), 'x');
    await directorySource.restore({ path: link }, snapshot.request('swap'), testContext());
    expect(await readdir(link)).toEqual(['file']);
    expect(await readdir(root)).toEqual(['file']);
  });
});

describe('a restore', () => {
  it('says beforehand that there is no room', async () => {
    const { root, save } = await scene();
    const request = (await save()).request('swap');
    const details = { ...(request.manifest.details as object), allocatedBytes: 1e18 };
    const altered = { ...request, manifest: { ...request.manifest, details } };
    await expect(directorySource.restore({ path: root }, altered, testContext())).rejects.toMatchObject({
      code: 'restore-space',
    });
    expect(await readdir(path.dirname(root))).toEqual(['data']);
  });

  it('does not try to rename a mount point', async () => {
    const { save } = await scene();
    const request = (await save()).request('swap');
    await expect(directorySource.restore({ path: '/dev/shm' }, request, testContext())).rejects.toMatchObject(
      {
        code: 'restore-target-mounted',
        hint: expect.stringContaining('--in-place'),
      },
    );
  });

  it('in place keeps the folder itself, and says when it was left incomplete', async () => {
    const { root, save } = await scene();
    const snapshot = await save();
    await expect(
      directorySource.restore(
        { path: root },
        snapshot.request('in-place', { breakOff: true }),
        testContext(),
      ),
    ).rejects.toMatchObject({ hint: expect.stringContaining('restore again') });
    await directorySource.restore({ path: root }, snapshot.request('in-place'), testContext());
    expect(await readdir(root)).toEqual(['file']);
  });

  it('beside, cut off, is cleaned up from where the original is', async () => {
    const { root, save } = await scene();
    const request = (await save()).request('beside', { newName: path.join(await temporaryFolder(), 'new') });
    const context = testContext();
    // Does not settle before the end: as far as the folders go, the process died here.
    const started = new Promise<string>((resolve) => {
      const files = (_: unknown, target: string) => {
        resolve(target);
        return new Promise<void>((_, reject) => onTestFinished(() => reject(new Error('the end'))));
      };
      directorySource.restore({ path: root }, { ...request, files }, context).catch(() => undefined);
    });
    const fresh = await started;
    await directorySource.cleanUp?.({ path: root }, context.operationId, testContext());
    expect(await readdir(path.dirname(fresh))).toEqual([]);
    expect(await readdir(path.dirname(root))).toEqual(['data']);
  });
});
