import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createDockerHost, type DockerHost } from '@holdfast/docker';
import { labDockerHost } from '@holdfast/docker/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testContext } from '../testing/context.ts';
import { FolderStore } from '../testing/folder-store.ts';
import { failOnLeakedContainers } from '../testing/leaked-containers.ts';
import { startVolumeUser } from '../testing/volume-user.ts';
import { previousLabel } from './own-volumes.ts';
import { volumeSource } from './volume-source.ts';
import { workshopName } from './workshop.ts';

failOnLeakedContainers();

const docker = createDockerHost({ host: labDockerHost() });
const { resources } = docker;

/** A volume with one file, its snapshot, and the same volume changed since. */
async function scene(options: Readonly<Record<string, string>> = {}) {
  const name = `holdfast-test-${randomUUID().slice(0, 8)}`;
  await resources.createVolume({ name, driver: 'local', labels: {}, options });
  onTestFinished(async () => {
    for (const found of await resources.volumes()) {
      if (found.name.startsWith(name)) await resources.removeVolume(found.name);
    }
  });
  const folder = (await resources.volume(name))?.mountpoint ?? '';
  const store = await FolderStore.create();
  onTestFinished(() => store[Symbol.asyncDispose]());
  const locator = { volume: { name } };
  const context = testContext({ docker });
  const capture = (engine: DockerHost = docker) =>
    volumeSource.capture(locator, testContext({ docker: engine }));
  const save = async () => store.save('volume', await capture(), context.signal);
  const kept = async () => (await resources.volumes()).filter(({ labels }) => labels[previousLabel] === name);
  return { name, folder, locator, capture, save, store, context, kept };
}

describe('a capture', () => {
  it('refuses a folder of the same name that is not the one of the engine', async () => {
    const { name, capture } = await scene();
    const elsewhere: DockerHost = {
      ...docker,
      resources: {
        ...resources,
        async volume(asked) {
          const volume = await resources.volume(asked);
          return volume && { ...volume, createdAt: '2001-02-03T04:05:06Z' };
        },
      },
    };
    await expect(capture(elsewhere)).rejects.toMatchObject({
      code: 'source-unreadable',
      message: expect.stringContaining(name),
      hint: expect.stringContaining('HOLDFAST_HELPER_IMAGE'),
    });
    await expect(capture({ ...docker, local: false })).rejects.toMatchObject({ code: 'source-unreadable' });
  });

  it('refuses a volume in memory', async () => {
    const { capture } = await scene({ type: 'tmpfs', device: 'tmpfs' });
    await expect(capture()).rejects.toMatchObject({ message: expect.stringContaining('tmpfs') });
  });

  it('reads a volume that is a folder of the host, also while nobody uses it', async () => {
    const host = await scene();
    await writeFile(path.join(host.folder, 'file'), 'content');
    const { save } = await scene({ type: 'none', o: 'bind', device: host.folder });
    expect((await save()).manifest.counts).toMatchObject({ files: 1, bytes: 7 });
  });

  it('fails when the volume vanishes while it is read', async () => {
    const { name, capture, store, context } = await scene();
    const begun = await capture();
    await resources.removeVolume(name);
    await expect(store.save('volume', begun, context.signal)).rejects.toThrow();
  });
});

describe('a restore', () => {
  it('refuses while a container may write there, and not when it only reads', async () => {
    const { name, folder, locator, save } = await scene();
    await writeFile(path.join(folder, 'file'), 'old');
    const request = (await save()).request('swap');
    await using writes = await startVolumeUser([`${name}:/data`]);
    await expect(volumeSource.restore(locator, request, testContext({ docker }))).rejects.toMatchObject({
      code: 'restore-target-busy',
      message: expect.stringContaining(writes.name),
    });
    await docker.lifecycle.stop(writes.id);
    await using reads = await startVolumeUser([`${name}:/data:ro`]);
    expect(reads.name).not.toBe(writes.name);
    await volumeSource.restore(locator, request, testContext({ docker }));
  });

  it('that died while the content changed places is taken back, twice', async () => {
    const { folder, locator, save, kept } = await scene();
    await writeFile(path.join(folder, 'file'), 'old');
    const snapshot = await save();
    await writeFile(path.join(folder, 'file'), 'newer');
    const report = await volumeSource.restore(locator, snapshot.request('swap'), testContext({ docker }));
    expect(report.previous).toEqual((await kept()).map(({ name }) => name));
    // As a process leaves it that dies when the old content is away and half of the new one is there.
    const context = testContext({ docker });
    const name = workshopName(context.operationId);
    await resources.createVolume({
      name,
      driver: 'local',
      labels: { 'holdfast.restore': context.operationId },
      options: {},
    });
    onTestFinished(() => resources.removeVolume(name));
    const workshop = (await resources.volume(name))?.mountpoint ?? '';
    const [previous] = await kept();
    const intent = {
      step: 'in',
      target: folder,
      fresh: path.join(workshop, 'content'),
      previous: previous?.mountpoint,
    };
    await writeFile(path.join(workshop, 'made.json'), JSON.stringify(report.previous));
    await writeFile(path.join(workshop, 'intent.json'), JSON.stringify(intent));
    for (let run = 0; run < 2; run++) await volumeSource.cleanUp?.(locator, context.operationId, context);
    expect(await readFile(path.join(folder, 'file'), 'utf8')).toBe('newer');
    expect(await kept()).toEqual([]);
    expect(await resources.volume(name)).toBeUndefined();
    expect(context.logged.join()).toContain('taken back');
  });

  it('that made a volume is undone by its removal', async () => {
    const { name, folder, locator, save } = await scene();
    await writeFile(path.join(folder, 'file'), 'old');
    const snapshot = await save();
    await resources.removeVolume(name);
    const report = await volumeSource.restore(locator, snapshot.request('swap'), testContext({ docker }));
    expect(await readdir((await resources.volume(name))?.mountpoint ?? '')).toEqual(['file']);
    for (let run = 0; run < 2; run++) await volumeSource.revert?.(locator, report, testContext({ docker }));
    expect(await resources.volume(name)).toBeUndefined();
  });

  it('changes nothing of a volume with a file system of its own, and says how it can', async () => {
    const host = await scene();
    const { locator, save } = await scene({ type: 'none', o: 'bind', device: host.folder });
    await writeFile(path.join(host.folder, 'file'), 'old');
    const snapshot = await save();
    await rm(path.join(host.folder, 'file'));
    await expect(
      volumeSource.restore(locator, snapshot.request('swap'), testContext({ docker })),
    ).rejects.toMatchObject({ code: 'restore-target-mounted' });
    await volumeSource.restore(locator, snapshot.request('in-place'), testContext({ docker }));
    expect(await readFile(path.join(host.folder, 'file'), 'utf8')).toBe('old');
  });
});
