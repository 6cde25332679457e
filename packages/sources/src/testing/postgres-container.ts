import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandResult, ContainerCommand, ContainerDetails, DockerHost } from '@holdfast/docker';
import { type Engine, labEngine, testLabels, uniqueContainerName } from './lab-engine.ts';

type EngineContainer = ReturnType<Engine['getContainer']>;
type HostConfig = Parameters<Engine['createContainer']>[0]['HostConfig'];

export interface PostgresContainerOptions {
  readonly version?: '15' | '17';
  /** Without it `POSTGRES_PASSWORD` is set, and nothing else. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Arguments of the server, for example `['-c', 'fsync=off']`. */
  readonly command?: readonly string[];
  readonly hostConfig?: HostConfig;
  /** Where SQL of the test runs; by default the user and database that the environment names. */
  readonly user?: string;
  readonly database?: string;
}

/** A PostgreSQL server of its own for a test. Remove it, or bind it with `await using`. */
export interface PostgresContainer extends AsyncDisposable {
  readonly id: string;
  readonly name: string;
  readonly host: DockerHost;
  /** For what a test does to the container: stop, pause, kill. */
  readonly container: EngineContainer;
  details(): Promise<ContainerDetails>;
  exec(command: ContainerCommand): Promise<CommandResult>;
  /** Runs a script with psql over the local socket; returns what it printed. @throws Error with psql's words */
  sql(script: string, database?: string): Promise<string>;
  /** Waits until the server answers; needed again after a restart. */
  ready(): Promise<void>;
  remove(): Promise<void>;
}

const readyWithinMs = 60_000;

/** Starts a server in the lab's engine and waits until it answers. */
export async function startPostgres(options: PostgresContainerOptions = {}): Promise<PostgresContainer> {
  const { docker, host } = labEngine();
  const version = options.version ?? '15';
  const environment = options.environment ?? { POSTGRES_PASSWORD: 'a test password' };
  const user = options.user ?? environment['POSTGRES_USER'] ?? 'postgres';
  const defaultDatabase = options.database ?? environment['POSTGRES_DB'] ?? user;
  const name = uniqueContainerName(`postgres${version}`);
  const container = await docker.createContainer({
    name,
    Image: `postgres:${version}`,
    Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    Labels: { ...options.labels, ...testLabels() },
    Cmd: ['postgres', '-c', 'fsync=off', ...(options.command ?? [])],
    ...(options.hostConfig === undefined ? {} : { HostConfig: options.hostConfig }),
  });
  const exec = (command: ContainerCommand) => host.exec(container.id, command);
  const remove = async () => {
    await container.remove({ force: true, v: true }).catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
  };
  const server: PostgresContainer = {
    id: container.id,
    name,
    host,
    container,
    details: () => host.inspect(container.id),
    exec,
    async sql(script, database = defaultDatabase) {
      const result = await exec({
        command: ['psql', '-X', '-q', '-A', '-t', '-w', '-v', 'ON_ERROR_STOP=1', '-f', '-'],
        environment: { PGUSER: user, PGDATABASE: database, PGCLIENTENCODING: 'UTF8' },
        input: { readable: Readable.from([Buffer.from(script)]) },
      });
      if (result.exitCode !== 0) throw new Error(result.stderr);
      return result.stdout.toString('utf8').trimEnd();
    },
    ready: () => waitUntilReady(container, exec, user),
    remove,
    [Symbol.asyncDispose]: remove,
  };
  try {
    await container.start();
    await server.ready();
    return server;
  } catch (error) {
    await remove();
    throw error;
  }
}

/** By TCP: while it initialises, the server listens on its socket only. */
async function waitUntilReady(
  container: EngineContainer,
  exec: PostgresContainer['exec'],
  user: string,
): Promise<void> {
  const giveUp = Date.now() + readyWithinMs;
  for (;;) {
    const { State } = await container.inspect();
    const answer = State.Running
      ? await exec({ command: ['pg_isready', '-q', '-h', '127.0.0.1', '-U', user] })
      : undefined;
    if (answer?.exitCode === 0) return;
    if (Date.now() > giveUp || (!State.Running && !State.Restarting)) {
      const log = await container.logs({ stdout: true, stderr: true, tail: 20 });
      throw new Error(`PostgreSQL did not start (exit code ${State.ExitCode}): ${log.toString('utf8')}`);
    }
    await sleep(200);
  }
}

function isGone(error: unknown): boolean {
  const status = (error as { statusCode?: number }).statusCode;
  return status === 404 || status === 409;
}
