import { randomUUID } from 'node:crypto';
import Docker from 'dockerode';
import { engineAddress } from '../engine-api.ts';

/** Where the tests' own Docker engine listens; `scripts/test` sets it. Never the user's engine by accident. */
export function labDockerHost(): string {
  const host = process.env['HOLDFAST_LAB_DOCKER_HOST'];
  if (!host) throw new Error('HOLDFAST_LAB_DOCKER_HOST is not set: run the tests by "npm test".');
  return host;
}

/** The tests' own way to the engine, beside the one that they test. */
export function connectLabEngine(): Docker {
  return new Docker(engineAddress(labDockerHost()));
}

export interface LabContainer extends AsyncDisposable {
  readonly id: string;
  readonly name: string;
  readonly container: Docker.Container;
}

/** Starts a container that is removed with its anonymous volumes at the end of the `await using` block. */
export async function startLabContainer(options: Docker.ContainerCreateOptions): Promise<LabContainer> {
  const docker = connectLabEngine();
  const name = options.name ?? `holdfast-test-${randomUUID().slice(0, 8)}`;
  const container = await docker.createContainer({
    ...options,
    name,
    Labels: { 'holdfast.test': 'true', ...options.Labels },
  });
  const remove = async () => {
    await container.remove({ force: true, v: true }).catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 404) throw error;
    });
  };
  try {
    await container.start();
  } catch (error) {
    await remove();
    throw error;
  }
  return { id: container.id, name, container, [Symbol.asyncDispose]: remove };
}
