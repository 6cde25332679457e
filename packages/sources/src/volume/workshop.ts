import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DockerHost } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { emptyFolder } from '../files/fill-tree.ts';
import { exists } from '../files/previous-name.ts';
import { syncFolder } from '../files/sync-folder.ts';
import { pathOf } from './locate.ts';
import { previousLabel, workshopLabels } from './own-volumes.ts';

/** Volumes that an operation made, and that go again when it does not come to its end. */
const madeSchema = z.array(z.string());

/**
 * A volume that an operation makes for itself: there the new content lies until it is complete, and there it is written
 * down what is being exchanged. It is on the file system of the engine's volumes, nobody else sees it, and a clean-up
 * finds it by the operation's id alone.
 */
export interface Workshop {
  readonly name: string;
  /** An empty folder at first. */
  readonly content: string;
  readonly intentFile: string;
  /** The same for an exchange of some paths. */
  readonly pathsIntentFile: string;
  hasIntent(): Promise<boolean>;
  /** Writes down, before it is made, that a volume is this operation's. */
  willMake(volume: string): Promise<void>;
  /** What was made is to stay. */
  keepMade(): Promise<void>;
  /** Removes what was made, and the workshop. A volume with content from before the operation stays in every case. */
  remove(): Promise<void>;
}

export function workshopName(operationId: string): string {
  return `holdfast-restore-${operationId}`;
}

/** Opens a workshop, which is made where it does not exist. */
export async function openWorkshop(docker: DockerHost, name: string, operationId: string): Promise<Workshop> {
  const { resources } = docker;
  await resources.createVolume({ name, driver: 'local', labels: workshopLabels(operationId), options: {} });
  const own = await resources.volume(name);
  if (own === undefined) throw new HoldfastError('docker-failed', `The volume ${name} was not made.`);
  const folder = await pathOf(own, docker);
  const content = path.join(folder, 'content');
  const intentFile = path.join(folder, 'intent.json');
  const madeFile = path.join(folder, 'made.json');
  await mkdir(content, { mode: 0o700, recursive: true });

  async function made(): Promise<readonly string[]> {
    const text = await readFile(madeFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '[]';
      throw error;
    });
    return madeSchema.parse(JSON.parse(text));
  }

  async function write(names: readonly string[]): Promise<void> {
    await writeFile(`${madeFile}.new`, JSON.stringify(names), { mode: 0o600, flush: true });
    await rename(`${madeFile}.new`, madeFile);
    await syncFolder(folder);
  }

  return {
    name,
    content,
    intentFile,
    pathsIntentFile: path.join(folder, 'paths.json'),
    hasIntent: () => exists(intentFile),
    willMake: async (volume) => write([...(await made()), volume]),
    keepMade: () => write([]),
    async remove() {
      for (const volume of await made()) await discard(docker, volume);
      // The engine removes the files one by one in one request; a large tree would outlast its patience.
      await emptyFolder(folder);
      await resources.removeVolume(name);
    },
  };
}

async function discard(docker: DockerHost, name: string): Promise<void> {
  const volume = await docker.resources.volume(name);
  if (volume === undefined) return;
  const keepsOld = previousLabel in volume.labels && (await readdir(await pathOf(volume, docker))).length > 0;
  if (!keepsOld) await docker.resources.removeVolume(name);
}
