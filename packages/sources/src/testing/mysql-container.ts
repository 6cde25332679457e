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

export interface MysqlContainerOptions {
  readonly version?: '10.11' | '11.8';
  readonly name?: string;
  /** Without it `MARIADB_ROOT_PASSWORD` is set, and nothing else. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Arguments of the server. */
  readonly command?: readonly string[];
  readonly hostConfig?: ContainerSettings['HostConfig'];
}

/** A MariaDB server of its own for a test. Remove it, or bind it with `await using`. */
export interface MysqlContainer extends LabContainer {
  readonly host: DockerHost;
  readonly rootPassword: string;
  details(): Promise<ContainerDetails>;
  exec(command: ContainerCommand): Promise<CommandResult>;
  /** Runs a script as root over the local socket; returns what it printed. @throws Error with the client's words */
  sql(script: string, database?: string): Promise<string>;
  remove(): Promise<void>;
}

const readyWithinMs = 150_000;

/** Starts a server in the lab's engine and waits until it answers. */
export async function startMysql(options: MysqlContainerOptions = {}): Promise<MysqlContainer> {
  const host = createDockerHost({ host: labDockerHost() });
  const environment = options.environment ?? { MARIADB_ROOT_PASSWORD: 'a test password' };
  const rootPassword = environment['MARIADB_ROOT_PASSWORD'] ?? environment['MYSQL_ROOT_PASSWORD'] ?? '';
  const lab = await startLabContainer({
    Image: `mariadb:${options.version ?? '10.11'}`,
    ...(options.name === undefined ? {} : { name: options.name }),
    Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    Labels: { ...options.labels, ...testRunLabels },
    Cmd: ['mariadbd', '--innodb-flush-log-at-trx-commit=0', ...(options.command ?? [])],
    ...(options.hostConfig === undefined ? {} : { HostConfig: options.hostConfig }),
  });
  const exec = (command: ContainerCommand) => host.exec(lab.id, command);
  const remove = async () => await lab[Symbol.asyncDispose]();
  try {
    await waitUntilReady(lab.container, exec);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    ...lab,
    host,
    rootPassword,
    exec,
    remove,
    details: () => host.inspect(lab.id),
    async sql(script, database) {
      const result = await exec({
        command: [
          'mariadb',
          '--no-defaults',
          '--user=root',
          '--batch',
          '--skip-column-names',
          '--default-character-set=utf8mb4',
          ...(database === undefined ? [] : [`--database=${database}`]),
        ],
        environment: { MYSQL_PWD: rootPassword },
        input: { readable: Readable.from([Buffer.from(script)]) },
      });
      if (result.exitCode !== 0) throw new Error(result.stderr);
      return result.stdout.toString('utf8').trimEnd();
    },
  };
}

/** By TCP: while it initialises, the server listens on its socket only. Who is refused has an answer, too. */
async function waitUntilReady(
  container: LabContainer['container'],
  exec: MysqlContainer['exec'],
): Promise<void> {
  const giveUp = Date.now() + readyWithinMs;
  for (;;) {
    const { State } = await container.inspect();
    const answer = State.Running
      ? await exec({
          command: ['mariadb-admin', '--no-defaults', '--protocol=tcp', '--host=127.0.0.1', 'ping'],
        })
      : undefined;
    if (answer !== undefined && (answer.exitCode === 0 || answer.stderr.includes('Access denied'))) return;
    if (Date.now() > giveUp || !State.Running) {
      const log = await container.logs({ stdout: true, stderr: true, tail: 20 });
      throw new Error(`MariaDB did not start (exit code ${State.ExitCode}): ${log.toString('utf8')}`);
    }
    await sleep(200);
  }
}
