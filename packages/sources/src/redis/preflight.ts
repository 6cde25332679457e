import { HoldfastError } from '@holdfast/runtime';
import type { RestoreRequest } from '../source.ts';
import type { ConnectedServer } from './connect.ts';

/** The first that can hold back writers only (`CLIENT PAUSE … WRITE`). */
const oldestMajor = 6;
const oldestMinor = 2;

/**
 * Refuses a restore that cannot succeed, before anything is done.
 *
 * @throws HoldfastError `restore-target-older`, `restore-target-incomplete`, `restore-space`
 */
export async function refuseUnfit(
  connected: ConnectedServer,
  usedMemory: number,
  mode: RestoreRequest['mode'],
  signal: AbortSignal,
): Promise<void> {
  const { container, info, product, version } = connected;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new HoldfastError(
      'restore-target-older',
      `The server in container ${container.name} is ${product} ${version}; restores need ${oldestMajor}.${oldestMinor} or newer.`,
    );
  }
  if (info.get('role') === 'slave') {
    throw new HoldfastError(
      'restore-target-incomplete',
      `The server in container ${container.name} is a replica of ${info.get('master_host')}:${info.get('master_port')}: what is restored here would be replaced by what that one has.`,
      { hint: 'Restore into the primary.' },
    );
  }
  if (info.get('redis_mode') === 'cluster' || info.get('cluster_enabled') === '1') {
    throw new HoldfastError(
      'restore-target-incomplete',
      `The server in container ${container.name} is a node of a cluster, whose slots belong to it and to others.`,
      { hint: 'Restore into a server that is no cluster node, and load the cluster from there.' },
    );
  }
  await refuseLittleMemory(connected, usedMemory, mode, signal);
}

/** The limit of memory, and what is used of it, in bytes, by either version of the kernel's control groups. */
const limitScript = `
cd /sys/fs/cgroup || exit 0
cat memory.max memory.current 2>/dev/null || cat memory/memory.limit_in_bytes memory/memory.usage_in_bytes 2>/dev/null
exit 0
`;

/**
 * The container's limit has to take the data once more in the live server, and in the second one, too, where that runs inside
 * the limit. Beyond it the kernel would end the live server.
 */
async function refuseLittleMemory(
  { container, info, server }: ConnectedServer,
  usedMemory: number,
  mode: RestoreRequest['mode'],
  signal: AbortSignal,
): Promise<void> {
  const { stdout } = await server.runner.run({
    command: ['sh', '-c', limitScript],
    signal,
    timeoutMs: 30_000,
  });
  const [limit, current] = stdout.toString('utf8').split('\n').map(Number);
  if (!limit || !current || Number.isNaN(limit)) return;
  const copies = server.runner.dataPath === 'direct' ? 1 : 2;
  const freed = mode === 'in-place' ? Number(info.get('used_memory')) || 0 : 0;
  const needed = copies * usedMemory - freed;
  if (current + needed <= limit) return;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  throw new HoldfastError(
    'restore-space',
    `The restore needs ${megabytes(needed)} of memory beside the ${megabytes(current)} that container ${container.name} uses, whose limit is ${megabytes(limit)}.`,
    { hint: "Raise the container's memory limit, or use --in-place, which drops the old data first." },
  );
}
