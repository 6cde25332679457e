import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createDockerHost } from '../../engine-client.ts';
import { connectLabEngine, labDockerHost } from '../../testing/lab-engine.ts';

export const labDocker = createDockerHost({ host: labDockerHost() });
export const labEngine = connectLabEngine();
export const labImage = 'holdfast-lab/base:bookworm';
export const idle = ['sleep', '1000'];

/** A project's name, folder and addresses that no other test has at the same time. */
export interface LabProject extends AsyncDisposable {
  readonly project: string;
  readonly folder: string;
  /** The first three numbers of a /24. */
  readonly subnet: string;
  readonly port: number;
  /** Removes all containers, volumes and networks whose names begin with the project's, as an accident would. */
  destroy(): Promise<void>;
}

export async function labProject(): Promise<LabProject> {
  const project = `hfdef${randomUUID().slice(0, 8)}`;
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-environment-'));
  const destroy = async () => {
    const containers = await labEngine.listContainers({ all: true });
    for (const { Id, Names, Mounts } of containers) {
      if (!Names.some((name) => name.startsWith(`/${project}`))) continue;
      await labEngine.getContainer(Id).remove({ force: true, v: true });
      for (const mount of Mounts) {
        // One that was anonymous, and has a name since it was made again.
        if (mount.Name !== undefined)
          await removeQuietly(() => labEngine.getVolume(mount.Name ?? '').remove());
      }
    }
    const { Volumes } = await labEngine.listVolumes();
    for (const { Name } of Volumes) {
      if (Name.startsWith(project)) await labEngine.getVolume(Name).remove();
    }
    for (const { Name, Id } of await labEngine.listNetworks()) {
      if (Name.startsWith(project)) await labEngine.getNetwork(Id).remove();
    }
  };
  return {
    project,
    folder,
    subnet: `10.${randomInt(240, 255)}.${randomInt(0, 255)}`,
    port: randomInt(20_000, 30_000),
    destroy,
    async [Symbol.asyncDispose]() {
      await destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function removeQuietly(remove: () => Promise<unknown>): Promise<void> {
  await remove().catch((error: { statusCode?: number }) => {
    if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
  });
}
