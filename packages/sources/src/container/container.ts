import type { ContainerDetails, ContainerState, DockerHost } from '@holdfast/docker';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { CaptureContext } from '../source.ts';

/** How a source in a container is found again. The name outlives the id when a container is remade. */
export interface InContainer {
  readonly container: { readonly id: string; readonly name: string };
}

const whatItIs: Readonly<Record<Exclude<ContainerState, 'running'>, string>> = {
  created: 'was created but never started',
  paused: 'is paused',
  restarting: 'is restarting again and again',
  removing: 'is being removed',
  exited: 'is stopped',
  dead: 'is dead',
};

/** Why a container in this state cannot be worked with; undefined when it runs. */
export function stateProblem(container: Pick<ContainerDetails, 'name' | 'state'>): string | undefined {
  return container.state === 'running'
    ? undefined
    : `The container ${container.name} ${whatItIs[container.state]}.`;
}

/**
 * The container of a locator, by its id, or by its name when it was made again.
 *
 * @throws HoldfastError `container-not-found`, `container-not-running`
 */
export async function findRunningContainer(
  docker: DockerHost,
  locator: InContainer,
): Promise<ContainerDetails> {
  const container = await docker.inspect(locator.container.id).catch((error: unknown) => {
    if (asHoldfastError(error).code === 'container-not-found') return docker.inspect(locator.container.name);
    throw error;
  });
  const problem = stateProblem(container);
  if (problem !== undefined) throw new HoldfastError('container-not-running', problem);
  return container;
}

/** The Docker engine of a context. @throws HoldfastError `docker-unreachable` when there is none */
export function dockerOf(context: CaptureContext): DockerHost {
  if (context.docker !== undefined) return context.docker;
  throw new HoldfastError('docker-unreachable', 'There is no Docker engine here to reach the container by.');
}
