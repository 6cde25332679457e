import { setTimeout as sleep } from 'node:timers/promises';
import type { DockerHost } from '@holdfast/docker';
import { asHoldfastError } from '@holdfast/runtime';
import { stateProblem } from './container.ts';

const settleMs = 1_500;

/**
 * Why a container does not run any more, or undefined when it does. The engine learns of a container's end a moment after its
 * programs do.
 */
export async function whyContainerStopped(
  docker: DockerHost,
  container: string,
): Promise<string | undefined> {
  const giveUp = Date.now() + settleMs;
  for (;;) {
    try {
      const problem = stateProblem(await docker.inspect(container));
      if (problem !== undefined) return problem;
    } catch (error) {
      const failure = asHoldfastError(error);
      if (failure.code === 'container-not-found') return 'The container was removed.';
      throw error;
    }
    if (Date.now() > giveUp) return undefined;
    await sleep(250);
  }
}
