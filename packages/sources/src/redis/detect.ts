import type { ContainerDetails } from '@holdfast/docker';
import { asHoldfastError } from '@holdfast/runtime';
import { stateProblem } from '../container/container.ts';
import { lastNameOf } from '../container/image-name.ts';
import type { Detection } from '../source.ts';
import { type RedisLocator, settingsFromLabels } from './locator.ts';
import { optionOf, serverArguments, whatRuns } from './server-command.ts';

const kindLabel = 'holdfast.kind';
const kind = 'redis';
const serverPort = '6379/tcp';

/** Exact: `redis-commander`, `redis_exporter` or `redisinsight` are none. KeyDB and Dragonfly write forms of their own. */
const serverNames: ReadonlySet<string> = new Set([
  'redis',
  'valkey',
  'redis-stack',
  'redis-stack-server',
  'valkey-bundle',
]);

/** Where the images keep the data, unless told otherwise. */
const usualFolders = ['/data', '/bitnami/redis/data', '/bitnami/valkey/data'];

/** Whether a container is a Redis or Valkey server: a label says so, its image is a well-known one, or its command. */
export function detectRedis(container: ContainerDetails): Detection<RedisLocator> | undefined {
  const label = container.labels[kindLabel];
  if (label === undefined ? !looksLikeServer(container) : label !== kind) return undefined;
  const problem = stateProblem(container) ?? problemOfLabels(container);
  return {
    locator: { container: { id: container.id, name: container.name } },
    dataPaths: dataFolders(container),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** Folders inside the container that hold what the server saves, whether anything is mounted there or not. */
export function dataFolders(container: ContainerDetails): string[] {
  const configured = optionOf(serverArguments(container), 'dir');
  if (configured?.startsWith('/')) return [configured];
  const bitnami = container.environment.has('BITNAMI_APP_NAME') || /(^|\/)bitnami\//.test(container.image);
  return bitnami ? usualFolders : usualFolders.slice(0, 1);
}

function looksLikeServer(container: ContainerDetails): boolean {
  const runs = whatRuns(container);
  if (runs === 'client') return false;
  if (serverNames.has(lastNameOf(container.image))) return true;
  const program = container.command.some((word) => /(^|\/)(redis|valkey)-server$/.test(word));
  return runs === 'server' && program && container.exposedPorts.includes(serverPort);
}

function problemOfLabels(container: ContainerDetails): string | undefined {
  try {
    settingsFromLabels(container.labels);
    return undefined;
  } catch (error) {
    return asHoldfastError(error).message;
  }
}
