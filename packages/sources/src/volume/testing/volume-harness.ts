import { randomUUID } from 'node:crypto';
import { chmod, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createDockerHost, type EngineVolume } from '@holdfast/docker';
import { labDockerHost } from '@holdfast/docker/testing';
import { addAttributes, makeTree, readTree, startWriter, type Tree } from '../../files/testing/tree.ts';
import type { LiveSource, SourceHarness } from '../../testing/source-harness.ts';
import type { VolumeLocator } from '../locator.ts';
import { workshopLabel } from '../own-volumes.ts';
import { volumeSource } from '../volume-source.ts';

const labels = { 'holdfast.test': 'true', 'com.example.made-by': 'somebody' };

/** A volume of the lab's engine, with every kind of entry. Made as root, so that its owners mean something. */
export function volumeHarness(): SourceHarness<VolumeLocator> {
  const docker = createDockerHost({ host: labDockerHost() });
  const { resources } = docker;

  async function volume(name: string): Promise<EngineVolume> {
    const found = await resources.volume(name);
    if (found === undefined) throw new Error(`there is no volume ${name}`);
    return found;
  }
  /** The files, and what the engine says of the volume. */
  async function read(name: string): Promise<unknown> {
    const { mountpoint, driver, labels, options } = await volume(name);
    return { ...(await readTree(mountpoint)), driver, labels, options };
  }

  return {
    kind: volumeSource,
    context: { docker },
    async create(): Promise<LiveSource<VolumeLocator>> {
      const name = `holdfast-test-${randomUUID()}`;
      const newName = `${name}-beside`;
      await resources.createVolume({ name, driver: 'local', labels, options: {} });
      const { mountpoint: root } = await volume(name);
      await makeTree(root);
      addAttributes(root);
      return {
        locator: { volume: { name } },
        read: () => read(name),
        async mutate() {
          await rm(path.join(root, 'folder'), { recursive: true });
          await writeFile(path.join(root, 'plain'), 'changed');
          await writeFile(path.join(root, 'new'), 'must be gone after a restore');
          await chmod(root, 0o700);
        },
        lose: () => resources.removeVolume(name),
        breakCapture: () => resources.removeVolume(name),
        startWriter: () => startWriter(path.join(root, 'log')),
        assertConsistent(content) {
          // A volume promises whole files, each as of when it was read; not one instant for all of them.
          const log = (content as Tree).log ?? '';
          if (!/^(line\n)+$/.test(log))
            throw new Error(`the log holds half a write: ${JSON.stringify(log.slice(-20))}`);
        },
        beside: { newName, read: async () => ({ ...((await read(newName)) as object), labels }) },
        async leftovers(operationIds) {
          const left = (await resources.volumes()).filter(
            (found) =>
              operationIds.includes(found.labels[workshopLabel] ?? '') ||
              (found.name.startsWith(name) && found.name.endsWith('.undone')),
          );
          const files = (await readdir(root).catch(() => [])).filter((file) => file.includes('holdfast'));
          return [...left.map((found) => found.name), ...files];
        },
        async dispose() {
          for (const found of await resources.volumes()) {
            if (found.name.startsWith(name)) await resources.removeVolume(found.name);
          }
        },
      };
    },
  };
}
