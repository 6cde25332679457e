import { type ContainerDetails, type ContainerRunner, chooseRunner, type DockerHost } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';
import { dockerOf, findRunningContainer } from '../container/container.ts';
import { readContainerFile } from '../container/read-file.ts';
import type { CaptureContext } from '../source.ts';
import { connectNetwork } from './connect-network.ts';
import { applicationName, type ConnectedServer } from './connected-server.ts';
import { credentialsMissing, findCredentials } from './credentials.ts';
import { type ContainerLocator, type PostgresLocator, settingsFromLabels } from './locator.ts';
import { type ClientPrograms, chooseProgramsFor, findPrograms } from './programs.ts';
import type { PostgresServer } from './psql.ts';
import { firstThatLetsIn } from './server-facts.ts';

/**
 * Finds the server, client programs and credentials, and makes sure that it lets Holdfast in.
 *
 * @throws HoldfastError those of `connectNetwork`, or `container-not-found`, `container-not-running`, `container-command-missing`,
 *   `credentials-missing`, `credentials-rejected`, `setting-invalid`, `dump-failed` with the server's words
 */
export async function connectServer(
  locator: PostgresLocator,
  context: CaptureContext,
  name = applicationName(context.operationId),
): Promise<ConnectedServer> {
  return 'network' in locator
    ? await connectNetwork(locator, context, name)
    : await connectContainer(locator, context, name);
}

async function connectContainer(
  locator: ContainerLocator,
  context: CaptureContext,
  name: string,
): Promise<ConnectedServer> {
  const docker = dockerOf(context);
  const container = await findRunningContainer(docker, locator);
  const settings = { ...settingsFromLabels(container.labels), ...locator.settings };
  const runner = await chooseRunner(docker, container, context.dataPath);
  const [credentials, programs] = await Promise.all([
    findCredentials(container, settings, (path) =>
      readContainerFile(runner, container, path, context.signal),
    ),
    findPrograms(runner, container.name, context.signal),
  ]);
  const port = settings.port ?? portOf(container);
  const base = {
    runner,
    user: credentials.user,
    ...(credentials.password === undefined ? {} : { password: credentials.password }),
    ...(port === undefined ? {} : { port }),
    applicationName: name,
    programs: programs[0]?.directory ?? '',
  };
  const { server, facts } = await firstThatLetsIn(
    base,
    { hosts: hostsFor(runner), databases: credentials.firstDatabases },
    context.signal,
  ).catch((error: unknown) => {
    const rejected = error instanceof HoldfastError && error.code === 'credentials-rejected';
    if (rejected && credentials.password === undefined) throw credentialsMissing(container, error.message);
    throw error;
  });
  const chosen: ClientPrograms = chooseProgramsFor(
    programs,
    Math.floor(facts.version / 10_000),
    container.name,
  );
  return {
    name: `container ${container.name}`,
    container: { details: container, docker },
    settings,
    server: {
      ...server,
      runner: await runnerThatReaches(server, docker, container, context),
      programs: chosen.directory,
    },
    programsVersion: chosen.version,
    ...facts,
  };
}

/** The runner of the server, or another where that one's bulk commands cannot reach the server by its socket. */
async function runnerThatReaches(
  { runner, host }: PostgresServer,
  docker: DockerHost,
  container: ContainerDetails,
  context: CaptureContext,
): Promise<ContainerRunner> {
  if (runner.bulkSharesFiles || host !== socket) return runner;
  if (context.dataPath === 'auto') return await chooseRunner(docker, container, 'exec');
  throw new HoldfastError(
    'data-path-not-allowed',
    `The data path "${runner.dataPath}" cannot be used for container ${container.name}: its server does not let Holdfast in by TCP on ${loopback}.`,
  );
}

/** PGPORT is read by the server itself too; the other is Bitnami's. */
function portOf(container: ContainerDetails): number | undefined {
  const value = container.environment.get('PGPORT') ?? container.environment.get('POSTGRESQL_PORT_NUMBER');
  const port = Number(value?.reveal());
  return Number.isInteger(port) && port > 0 && port <= 65_535 ? port : undefined;
}

/**
 * In order: the local socket, which most images let in without a password, then TCP on the loopback address. Where
 * the runner's programs may be outside the container, they share its network only.
 */
const socket = '';
const loopback = '127.0.0.1';
const hostsFor = (runner: ContainerRunner) =>
  runner.bulkSharesFiles ? [socket, loopback] : [loopback, socket];
