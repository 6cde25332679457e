import { type ContainerDetails, type ContainerRunner, chooseRunner, type DockerHost } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { dockerOf, findRunningContainer } from '../container/container.ts';
import { readContainerFile } from '../container/read-file.ts';
import type { CaptureContext } from '../source.ts';
import { type MysqlServer, queryJson } from './client.ts';
import { findCredentials } from './credentials.ts';
import { type ConnectionSettings, type MysqlLocator, settingsFromLabels } from './locator.ts';
import { type Family, findPrograms } from './programs.ts';
import { parseServerVersion } from './server-version.ts';

export interface ConnectedServer {
  readonly container: ContainerDetails;
  readonly server: MysqlServer;
  readonly settings: ConnectionSettings;
  readonly family: Family;
  /** 101118 for 10.11.18. */
  readonly version: number;
  readonly versionText: string;
  /** Only the application's user is known: other schemas and users are not seen. */
  readonly limited: boolean;
}

const factsQuery = `SELECT JSON_OBJECT('version', VERSION());`;
const factsSchema = z.object({ version: z.string() });

/** What marks the statements of an operation on the server. */
export function operationMark(operationId: string): string {
  return `holdfast ${operationId.replaceAll(/[^A-Za-z0-9-]/g, '')} `;
}

/**
 * Finds the container, its client programs and its credentials, and makes sure that the server lets Holdfast in.
 *
 * @throws HoldfastError `container-not-found`, `container-not-running`, `container-command-missing`,
 *   `credentials-missing`, `credentials-rejected`, `setting-invalid`, `dump-failed` with the server's words
 */
export async function connectServer(
  locator: MysqlLocator,
  context: CaptureContext,
  mark = operationMark(context.operationId),
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
  const base = {
    runner,
    user: credentials.user,
    ...(credentials.password === undefined ? {} : { password: credentials.password }),
    ...(settings.port === undefined ? {} : { port: settings.port }),
    programs,
    mark,
  };
  const { server, versionText } = await firstThatLetsIn(base, context.signal);
  return {
    container,
    settings,
    server: { ...server, runner: await runnerThatReaches(server, docker, container, context) },
    limited: credentials.limited,
    versionText,
    ...parseServerVersion(versionText),
  };
}

/** The runner of the server, or another where that one's bulk commands cannot reach the server by its socket. */
async function runnerThatReaches(
  { runner, host }: MysqlServer,
  docker: DockerHost,
  container: ContainerDetails,
  context: CaptureContext,
): Promise<ContainerRunner> {
  if (runner.bulkSharesFiles || host !== '') return runner;
  if (context.dataPath === 'auto') return await chooseRunner(docker, container, 'exec');
  throw new HoldfastError(
    'data-path-not-allowed',
    `The data path "${runner.dataPath}" cannot be used for container ${container.name}: its server does not let Holdfast in by TCP on 127.0.0.1.`,
  );
}

/**
 * The local socket, then TCP on the loopback address (where the socket is elsewhere, or root may only come by TCP).
 * Where the runner's programs may be outside the container, they share its network only.
 */
async function firstThatLetsIn(
  base: Omit<MysqlServer, 'host'>,
  signal: AbortSignal,
): Promise<{ server: MysqlServer; versionText: string }> {
  const failures: HoldfastError[] = [];
  const hosts = ['', '127.0.0.1'] as const;
  for (const host of base.runner.bulkSharesFiles ? hosts : hosts.toReversed()) {
    const server: MysqlServer = { ...base, host };
    try {
      const [facts] = await queryJson(server, factsQuery, factsSchema, { signal, timeoutMs: 60_000 });
      if (facts !== undefined) return { server, versionText: facts.version };
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      if (error.code !== 'credentials-rejected' && error.code !== 'dump-failed') throw error;
      failures.push(error);
    }
  }
  // Being refused says more than not finding the socket or port.
  const rejected = failures.find((failure) => failure.code === 'credentials-rejected');
  throw rejected ?? failures[0] ?? new HoldfastError('dump-failed', 'The server gave no answer.');
}
