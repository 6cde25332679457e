import { type ContainerDetails, type ContainerRunner, chooseRunner, type DockerHost } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { dockerOf, findRunningContainer } from '../container/container.ts';
import { readContainerFile } from '../container/read-file.ts';
import type { CaptureContext } from '../source.ts';
import { credentialsMissing, findCredentials, type PostgresCredentials } from './credentials.ts';
import { type ConnectionSettings, type PostgresLocator, settingsFromLabels } from './locator.ts';
import { type ClientPrograms, chooseProgramsFor, findPrograms } from './programs.ts';
import { type PostgresServer, queryJson } from './psql.ts';

const serverFactsSchema = z.object({
  /** `server_version_num`: 170005 for 17.5. */
  version: z.int(),
  versionText: z.string(),
  superuser: z.boolean(),
  /** Empty where this role may not know it. */
  preloadLibraries: z.string(),
});

export interface ConnectedServer {
  readonly container: ContainerDetails;
  readonly server: PostgresServer;
  readonly settings: ConnectionSettings;
  /** Of the programs that `server` names, as they say it themselves. */
  readonly programsVersion: string;
  readonly version: number;
  readonly versionText: string;
  readonly superuser: boolean;
  /** `shared_preload_libraries`; empty where this role may not know it. */
  readonly preloadLibraries: string;
}

const factsQuery = `SELECT jsonb_build_object(
  'version', current_setting('server_version_num')::int,
  'versionText', current_setting('server_version'),
  'superuser', (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
  'preloadLibraries', coalesce((SELECT setting FROM pg_settings WHERE name = 'shared_preload_libraries'), ''))`;

/** The name that sessions of an operation have in pg_stat_activity. */
export function applicationName(operationId: string): string {
  return `holdfast ${operationId}`;
}

/**
 * Finds the container, its client programs and its credentials, and makes sure that the server lets Holdfast in.
 *
 * @throws HoldfastError `container-not-found`, `container-not-running`, `container-command-missing`,
 *   `credentials-missing`, `credentials-rejected`, `setting-invalid`, `dump-failed` with the server's words
 */
export async function connectServer(
  locator: PostgresLocator,
  context: CaptureContext,
  name = applicationName(context.operationId),
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
  const { server, facts } = await firstThatLetsIn(base, credentials, container, context.signal);
  const chosen: ClientPrograms = chooseProgramsFor(
    programs,
    Math.floor(facts.version / 10_000),
    container.name,
  );
  return {
    container,
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

async function firstThatLetsIn(
  base: Omit<PostgresServer, 'host' | 'maintenanceDatabase'>,
  credentials: PostgresCredentials,
  container: ContainerDetails,
  signal: AbortSignal,
): Promise<{ server: PostgresServer; facts: z.infer<typeof serverFactsSchema> }> {
  const failures: HoldfastError[] = [];
  for (const host of hostsFor(base.runner)) {
    for (const maintenanceDatabase of credentials.firstDatabases) {
      const server = { ...base, host, maintenanceDatabase };
      try {
        const facts = await queryJson(server, maintenanceDatabase, factsQuery, serverFactsSchema, {
          signal,
          timeoutMs: 60_000,
        });
        return { server, facts };
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        if (error.code !== 'credentials-rejected' && error.code !== 'dump-failed') throw error;
        failures.push(error);
        // Another database of the same server only helps where this one is what was wrong.
        if (!/database ".*" does not exist|permission denied for database/s.test(error.message)) break;
      }
    }
  }
  // Being refused says more than not finding the socket or port.
  const rejected = failures.find((failure) => failure.code === 'credentials-rejected');
  if (rejected !== undefined && credentials.password === undefined) {
    throw credentialsMissing(container, rejected.message);
  }
  throw rejected ?? failures[0] ?? new HoldfastError('dump-failed', 'No way to connect was tried.');
}
