import type {
  ContainerCommand,
  ContainerDetails,
  ContainerRunner,
  DockerHost,
  HelperContainers,
} from '../docker-host.ts';

/** Sends bulk data through helper containers, and everything small by exec, which starts faster. */
export function createHelperRunner(
  docker: DockerHost,
  helpers: HelperContainers,
  container: ContainerDetails,
): ContainerRunner {
  return {
    dataPath: 'helper',
    bulkSharesFiles: false,
    run: (command) =>
      isBulk(command) ? helpers.run(container, command) : docker.exec(container.id, command),
  };
}

const isBulk = (command: ContainerCommand) => command.output !== undefined && 'descriptor' in command.output;
