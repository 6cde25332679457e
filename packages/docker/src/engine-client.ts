import { parseContainerDetails, parseContainerList } from './container-details.ts';
import { createHelperContainers } from './data-path/helper-containers.ts';
import type { DockerHost } from './docker-host.ts';
import { createEngineApi, engineAddress, enginePath } from './engine-api.ts';
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
  const api = createEngineApi(engineAddress(host));
  return {
    local: host.startsWith('unix://'),
    helpers: createHelperContainers(api, options.instance ?? 'default'),
    lifecycle: createLifecycle(api),
    resources: createResources(api),
    async ping() {
      // Listing is what discovery needs; a proxy may well refuse the ping itself.
      await api
        .json('GET', '/containers/json', { query: { limit: 1 }, signal: AbortSignal.timeout(answerWithinMs) })
        .catch((error: unknown) => {
          throw engineError(error, 'reach the Docker engine');
        });
    },
    async list() {
      const answer = await api
        .json('GET', '/containers/json', {
          query: { all: true },
          signal: AbortSignal.timeout(answerWithinMs),
        })
        .catch((error: unknown) => {
          throw engineError(error, 'list the containers');
        });
      return parseContainerList(answer);
    },
    async inspect(container) {
      const answer = await api
        .json('GET', enginePath`/containers/${container}/json`, {
          signal: AbortSignal.timeout(answerWithinMs),
        })
        .catch((error: unknown) => {
          throw engineError(error, `inspect container ${container}`);
        });
      return parseContainerDetails(answer);
    },
    exec: (container, command) => execInContainer(api, container, command),
  };
}
