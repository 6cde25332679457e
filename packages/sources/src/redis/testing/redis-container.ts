import { setTimeout as sleep } from 'node:timers/promises';
import { type ContainerDetails, createDockerHost, type DockerHost } from '@holdfast/docker';
import { type LabContainer, labDockerHost, startLabContainer } from '@holdfast/docker/testing';
import { testRunLabels } from '../../testing/leaked-containers.ts';
import { RespClient } from './resp-client.ts';

export const servers = {
  redis: { image: 'redis:7', program: 'redis-server', client: 'redis-cli' },
  valkey: { image: 'valkey/valkey:8', program: 'valkey-server', client: 'valkey-cli' },
} as const;
export type Product = keyof typeof servers;

export interface RedisContainerOptions {
  readonly product?: Product;
  /** Arguments of the server. */
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly password?: string;
  readonly hostConfig?: Parameters<typeof startLabContainer>[0]['HostConfig'];
  /** `protected-mode` shuts a client out that comes from elsewhere. */
  readonly connect?: boolean;
}

/** A server of its own for a test. Remove it, or bind it with `await using`. */
export interface RedisContainer extends LabContainer {
  readonly host: DockerHost;
  readonly product: Product;
  details(): Promise<ContainerDetails>;
  /** Anew after a restart. */
  readonly client: () => Promise<RespClient>;
  /** Programs that run in the container, other than the server itself. */
  processes(): Promise<string[]>;
  /** What a shell inside prints. */
  shell(script: string): Promise<string>;
}

const readyWithinMs = 30_000;

export async function startRedis(options: RedisContainerOptions = {}): Promise<RedisContainer> {
  const product = options.product ?? 'redis';
  const { image, program } = servers[product];
  const host = createDockerHost({ host: labDockerHost() });
  const lab = await startLabContainer({
    Image: image,
    Env: Object.entries(options.environment ?? {}).map(([name, value]) => `${name}=${value}`),
    Labels: { ...options.labels, ...testRunLabels },
    // The server's own delay of five seconds before it forks for a replica is in one test only.
    Cmd: [
      program,
      '--repl-diskless-sync-delay',
      '0',
      '--enable-debug-command',
      'yes',
      ...(options.command ?? []),
    ],
    ...(options.hostConfig === undefined ? {} : { HostConfig: options.hostConfig }),
  });
  const client = async () => {
    const { NetworkSettings } = await lab.container.inspect();
    const address = Object.values(NetworkSettings.Networks)[0]?.IPAddress || '';
    const opened = await RespClient.open(address);
    if (options.password !== undefined) await opened.call('AUTH', options.password);
    return opened;
  };
  const container: RedisContainer = {
    ...lab,
    host,
    product,
    client,
    details: () => host.inspect(lab.id),
    async processes() {
      // Not the engine's list: it leaves out what Holdfast runs in the namespaces of the container.
      const listed = await container.shell(
        'for p in /proc/[0-9]*; do [ "$p" = "/proc/$$" ] || { tr "\\0" " " <"$p/cmdline"; echo; }; done 2>/dev/null',
      );
      return listed
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '' && !/^\S*(redis|valkey)-server \S+:\d+$|^tr /.test(line));
    },
    async shell(script) {
      const { stdout } = await host.exec(lab.id, { command: ['sh', '-c', script] });
      return stdout.toString('utf8');
    },
  };
  try {
    if (options.connect !== false) await untilAnswering(client);
  } catch (error) {
    await lab[Symbol.asyncDispose]();
    throw error;
  }
  return container;
}

export async function untilAnswering(client: () => Promise<RespClient>): Promise<void> {
  const giveUp = Date.now() + readyWithinMs;
  for (;;) {
    try {
      await using opened = await client();
      await opened.call('PING');
      return;
    } catch (error) {
      if (Date.now() > giveUp) throw error;
      await sleep(50);
    }
  }
}
