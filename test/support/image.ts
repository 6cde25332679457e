import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { labDockerHost } from '@holdfast/docker/testing';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '..', '..');

/** The Docker command line on the lab's engine. The plain builder needs no plugin. */
export async function docker(...args: string[]): Promise<string> {
  const environment = { ...process.env, DOCKER_HOST: labDockerHost(), DOCKER_BUILDKIT: '0' };
  const { stdout } = await run('docker', args, { env: environment, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/** Builds Holdfast's image from this clone. @returns its name; whoever asks removes it */
export async function buildImage(): Promise<string> {
  const image = `holdfast-lab/holdfast:${randomUUID().slice(0, 8)}`;
  // Where images can be pulled the Dockerfile's own base is; here one is made, with all that the build asks for.
  const made = async () => (await run(path.join(root, 'scripts/lab/image-base'))).stdout.trim();
  const base =
    process.env['HOLDFAST_LAB_ENGINE'] === 'host'
      ? []
      : ['--network', 'none', '--build-arg', `BASE=${await made()}`];
  await docker('build', '--tag', image, ...base, root);
  return image;
}
