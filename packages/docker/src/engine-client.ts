import { HoldfastError } from '@holdfast/runtime';
import Docker from 'dockerode';
import { parseContainerDetails, parseContainerList } from './container-details.ts';
import { createHelperContainers } from './data-path/helper-containers.ts';
import type { DockerHost } from './docker-host.ts';
import { engineError } from './engine-errors.ts';
import { execInContainer } from './exec.ts';
import { createLifecycle } from './lifecycle.ts';
import { createResources } from './resources.ts';

const answerWithinMs = 30_000;

export interface DockerHostOptions {
  /** As in DOCKER_HOST: `unix:///path` or `tcp://host:port`. */
  readonly host?: string;
  /** Names this Holdfast among others that use the same engine; see `createHelperContainers`. */
  readonly instance?: string;
}

const defaultHost = 'unix:///var/run/docker.sock';

/** The engine at `options.host`. Makes no request by itself. @throws HoldfastError `setting-invalid` */
export function createDockerHost(options: DockerHostOptions = {}): DockerHost {
  const host = options.host ?? defaultHost;
  const docker = connect(host);
  return {
    local: host.startsWith('unix://'),
    helpers: createHelperContainers(docker, options.instance ?? 'default'),
    lifecycle: createLifecycle(docker),
    resources: createResources(docker),
    async ping() {
      // Listing is what discovery needs; a proxy may well refuse the ping itself.
      await docker
        .listContainers({ limit: 1, abortSignal: AbortSignal.timeout(answerWithinMs) })
        .catch((error: unknown) => {
          throw engineError(error, 'reach the Docker engine');
        });
    },
    async list() {
      const answer = await docker
        .listContainers({ all: true, abortSignal: AbortSignal.timeout(answerWithinMs) })
        .catch((error: unknown) => {
          throw engineError(error, 'list the containers');
        });
      return parseContainerList(answer);
    },
    async inspect(container) {
      const answer = await docker
        .getContainer(encodeURIComponent(container))
        .inspect({ abortSignal: AbortSignal.timeout(answerWithinMs) })
        .catch((error: unknown) => {
          throw engineError(error, `inspect container ${container}`);
        });
      return parseContainerDetails(answer);
    },
    exec: (container, command) => execInContainer(docker, container, command),
  };
}

/** dockerode for a DOCKER_HOST value; used where more than list, inspect and exec is needed. */
export function connect(host: string): Docker {
  if (host.startsWith('unix://')) return new Docker({ socketPath: host.slice('unix://'.length) });
  let url: URL;
  try {
    url = new URL(host);
  } catch {
    throw new HoldfastError(
      'setting-invalid',
      `DOCKER_HOST is "${host}"; it accepts unix:///path/to/docker.sock or tcp://host:port.`,
    );
  }
  if (url.protocol !== 'tcp:' && url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new HoldfastError(
      'setting-invalid',
      `DOCKER_HOST is "${host}"; it accepts unix:///path/to/docker.sock or tcp://host:port.`,
    );
  }
  return new Docker({
    host: url.hostname,
    port: Number(url.port || (url.protocol === 'https:' ? 2376 : 2375)),
    protocol: url.protocol === 'https:' ? 'https' : 'http',
  });
}
