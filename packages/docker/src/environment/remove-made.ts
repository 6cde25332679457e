import { rm, rmdir } from 'node:fs/promises';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { DockerHost } from '../docker-host.ts';
import type { MadeThings } from './recreation.ts';

/**
 * Removes what `recreate` made: containers, volumes (with what was put into them), networks, files, and folders as far
 * as they are empty. Goes on after a failure. What is gone already is no failure: safe to repeat.
 *
 * @throws HoldfastError `docker-failed` naming what is left
 */
export async function removeMade(docker: DockerHost, made: Readonly<MadeThings>): Promise<void> {
  const failures: string[] = [];
  const attempt = async (name: string, remove: () => Promise<unknown>) => {
    await remove().catch((error: unknown) => failures.push(`${name}: ${asHoldfastError(error).message}`));
  };
  for (const name of made.containers.toReversed()) await attempt(name, () => docker.lifecycle.remove(name));
  for (const name of made.volumes.toReversed())
    await attempt(name, () => docker.resources.removeVolume(name));
  for (const name of made.networks.toReversed())
    await attempt(name, () => docker.resources.removeNetwork(name));
  for (const file of made.files.toReversed()) await attempt(file, () => rm(file, { force: true }));
  for (const folder of made.folders.toReversed()) await attempt(folder, () => removeEmpty(folder));
  if (failures.length > 0) throw new HoldfastError('docker-failed', `Still there: ${failures.join('; ')}`);
}

async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTEMPTY') throw error;
  });
}
