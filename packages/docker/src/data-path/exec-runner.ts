import type { ContainerDetails, ContainerRunner, DockerHost } from '../docker-host.ts';

/** Works wherever exec is allowed, behind a socket proxy too; every byte passes through the engine. */
export function createExecRunner(docker: DockerHost, container: ContainerDetails): ContainerRunner {
  return {
    dataPath: 'exec',
    bulkSharesFiles: true,
    run: (command) => docker.exec(container.id, command),
  };
}
