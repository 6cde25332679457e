import { HoldfastError } from '@holdfast/runtime';
import type { ContainerDetails, ContainerRunner, DataPathPolicy, DockerHost } from '../docker-host.ts';
import { createDirectRunner, whyNotDirect } from './direct-runner.ts';
import { createExecRunner } from './exec-runner.ts';
import { createHelperRunner } from './helper-runner.ts';

/**
 * The fastest way into this container that is allowed here, or the one that the policy names.
 *
 * @throws HoldfastError `data-path-not-allowed` when the policy names one that is not allowed, saying why
 */
export async function chooseRunner(
  docker: DockerHost,
  container: ContainerDetails,
  policy: DataPathPolicy,
): Promise<ContainerRunner> {
  if (policy === 'exec') return createExecRunner(docker, container);
  const reasons: string[] = [];
  if (policy !== 'helper') {
    const why = docker.local
      ? await whyNotDirect(container)
      : 'the Docker engine is not reached by a local socket';
    if (why === undefined) return createDirectRunner(docker, container);
    reasons.push(why);
  }
  if (policy !== 'direct') {
    const why = docker.local
      ? await docker.helpers.whyNot(container)
      : 'the Docker engine is not reached by a local socket';
    if (why === undefined) return createHelperRunner(docker, docker.helpers, container);
    reasons.push(why);
  }
  if (policy === 'auto') return createExecRunner(docker, container);
  throw new HoldfastError(
    'data-path-not-allowed',
    `The data path "${policy}" cannot be used for container ${container.name}: ${reasons.join('; ')}.`,
  );
}
