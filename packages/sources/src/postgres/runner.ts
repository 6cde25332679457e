import type { ContainerDetails, ContainerRunner, DataPathPolicy, DockerHost } from '@holdfast/docker';

/** The engine's exec, until the other ways into a container exist. */
export function chooseRunner(
  docker: DockerHost,
  container: ContainerDetails,
  _policy: DataPathPolicy,
): Promise<ContainerRunner> {
  return Promise.resolve({
    dataPath: 'exec',
    run: (command) => docker.exec(container.id, command),
  });
}
