import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CommandResult,
  type ContainerCommand,
  type ContainerDetails,
  createDockerHost,
  type DockerHost,
} from '@holdfast/docker';
import { type LabContainer, labDockerHost, startLabContainer } from '@holdfast/docker/testing';
import { testRunLabels } from './leaked-containers.ts';

type ContainerSettings = Parameters<typeof startLabContainer>[0];

export interface PostgresContainerOptions {
  readonly version?: '15' | '17';
  /** Of the container; made up where it does not matter. */
  readonly name?: string;
  /** Without it `POSTGRES_PASSWORD` is set, and nothing else. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Arguments of the server, for example `['-c', 'max_connections=20']`. */
  readonly command?: readonly string[];
  readonly hostConfig?: ContainerSettings['HostConfig'];
  /** Where SQL of the test runs; by default the user and database that the environment names. */
  readonly user?: string;
  readonly database?: string;
}

/** A PostgreSQL server of its own for a test. Remove it, or bind it with `await using`. */
export interface PostgresContainer extends LabContainer {
  readonly host: DockerHost;
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
  const host = createDockerHost({ host: labDockerHost() });
  const environment = options.environment ?? { POSTGRES_PASSWORD: 'a test password' };
  const user = options.user ?? environment['POSTGRES_USER'] ?? 'postgres';
  const defaultDatabase = options.database ?? environment['POSTGRES_DB'] ?? user;
  const lab = await startLabContainer({
    Image: `postgres:${options.version ?? '15'}`,
    ...(options.name === undefined ? {} : { name: options.name }),
    Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    Labels: { ...options.labels, ...testRunLabels },
    Cmd: ['postgres', '-c', 'fsync=off', ...(options.command ?? [])],
    ...(options.hostConfig === undefined ? {} : { HostConfig: options.hostConfig }),
  });
  const exec = (command: ContainerCommand) => host.exec(lab.id, command);
  const ready = () => waitUntilReady(lab.container, exec, user);
  const remove = async () => await lab[Symbol.asyncDispose]();
  try {
    await ready();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    ...lab,
    host,
    exec,
    ready,
    remove,
    details: () => host.inspect(lab.id),
    async sql(script, database = defaultDatabase) {
      const result = await exec({
        command: ['psql', '-X', '-q', '-A', '-t', '-w', '-v', 'ON_ERROR_STOP=1', '-f', '-'],
        environment: {
          PGHOST: '',
          PGUSER: user,
          PGPASSWORD: environment['POSTGRES_PASSWORD'] ?? '',
          PGDATABASE: database,
          PGCLIENTENCODING: 'UTF8',
        },
        input: { readable: Readable.from([Buffer.from(script)]) },
      });
      if (result.exitCode !== 0) throw new Error(result.stderr);
      return result.stdout.toString('utf8').trimEnd();
    },
  };
}

/** By TCP: while it initialises, the server listens on its socket only. */
async function waitUntilReady(
  container: LabContainer['container'],
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
    await sleep(100);
  }
}
