import type { DefinedContainer } from '@holdfast/contracts';
import type { ContainerStatus, DockerHost } from '@holdfast/docker';
import { asHoldfastError, HoldfastError, type Reporter } from '@holdfast/runtime';

/** Each container has this long to become healthy. */
const healthyWithinMs = 5 * 60_000;

export interface StartControl {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Told before a container is started that does not run. */
  readonly onStart: (container: string) => Promise<void>;
}

export interface StartedContainer {
  readonly name: string;
  readonly state: 'healthy' | 'running' | 'stopped';
}

/**
 * Starts containers in the order given, each after those that it needs to be healthy, and waits for the health of all.
 * One that did its work and ended well is no failure.
 * @throws HoldfastError `container-not-running`, `container-unhealthy`, `docker-…`, `cancelled`
 */
export async function startContainers(
  docker: DockerHost,
  names: readonly string[],
  definitions: readonly DefinedContainer[],
  control: StartControl,
): Promise<StartedContainer[]> {
  const { lifecycle } = docker;
  const needs = new Map(definitions.map(({ name, dependsOn }) => [name, dependsOn]));
  for (const name of names) {
    control.signal.throwIfAborted();
    for (const { container, healthy } of needs.get(name) ?? []) {
      if (healthy && names.includes(container)) await untilReady(docker, container, control);
    }
    const { running, paused } = await lifecycle.status(name);
    if (running) continue;
    control.reporter.step(`starting ${name}`);
    await control.onStart(name);
    await (paused ? lifecycle.unpause(name) : lifecycle.start(name));
  }
  const started: StartedContainer[] = [];
  for (const name of names) started.push({ name, state: stateOf(await untilReady(docker, name, control)) });
  return started;
}

async function untilReady(
  docker: DockerHost,
  name: string,
  { reporter, signal }: StartControl,
): Promise<ContainerStatus> {
  reporter.step(`waiting for ${name}`);
  try {
    return await docker.lifecycle.untilReady(name, { signal, timeoutMs: healthyWithinMs });
  } catch (error) {
    signal.throwIfAborted();
    const failure = asHoldfastError(error);
    const status = await docker.lifecycle.status(name).catch(() => undefined);
    if (failure.code === 'container-not-running' && status?.exitCode === 0) return status;
    throw new HoldfastError(failure.code, `${name}: ${failure.message}`, {
      hint: `Look at its log: docker logs ${name}`,
      cause: error,
    });
  }
}

function stateOf({ running, health }: ContainerStatus): StartedContainer['state'] {
  if (!running) return 'stopped';
  return health === 'healthy' ? 'healthy' : 'running';
}
