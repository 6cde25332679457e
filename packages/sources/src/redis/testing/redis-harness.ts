import { setTimeout as sleep } from 'node:timers/promises';
import { createDockerHost } from '@holdfast/docker';
import { labDockerHost } from '@holdfast/docker/testing';
import type { LiveSource, SourceHarness } from '../../testing/source-harness.ts';
import { workName } from '../live-settings.ts';
import type { RedisLocator } from '../locator.ts';
import { redisSource } from '../redis-source.ts';
import { type RedisContainer, type RedisContainerOptions, startRedis } from './redis-container.ts';
import { fill, type RedisContent, readContent } from './redis-content.ts';
import type { RespClient } from './resp-client.ts';

/** A server that holds something of everything. */
export function redisHarness(options: RedisContainerOptions): SourceHarness<RedisLocator> {
  return {
    kind: redisSource,
    context: { docker: createDockerHost({ host: labDockerHost() }) },
    async create(): Promise<LiveSource<RedisLocator>> {
      const container = await startRedis(options);
      const client = await container.client();
      await fill(client);
      return {
        locator: { container: { id: container.id, name: container.name } },
        read: () => readContent(client),
        async mutate() {
          await client.call('DEL', 'list', 'hash:large');
          await client.call('SET', 'integer', 54_321);
          await client.call('XADD', 'stream', '*', 'late', 'entry');
          await client.call('FUNCTION', 'LOAD', 'REPLACE', newLibrary);
          await client.call('SET', 'new', 'after the backup');
        },
        async lose() {
          await client.call('FLUSHALL');
          await client.call('FUNCTION', 'FLUSH');
        },
        async breakCapture() {
          await client.call('CONFIG', 'SET', 'requirepass', 'nobody knows it');
        },
        startWriter: async () => startWriter(await container.client()),
        assertConsistent(content) {
          const { total } = content as RedisContent;
          if (total !== 1000)
            throw new Error(`the balances add up to ${total}, not 1000: half a transaction`);
        },
        async leftovers(operationIds) {
          const names = operationIds.map(workName);
          const files = await container.shell('ls /dev/shm /tmp /data');
          const info = String(await client.call('INFO', 'replication').catch(() => 'role:master'));
          const settings = await client.call('CONFIG', 'GET', 'masterauth').catch(() => ['masterauth', '']);
          return [
            ...(await settledProcesses(container)),
            ...files.split('\n').filter((file) => names.some((name) => file.includes(name))),
            ...(/role:master/.test(info) ? [] : ['the server is a replica']),
            ...(Array.isArray(settings) && settings[1] === ''
              ? []
              : ['the server has a password for a primary']),
          ];
        },
        async dispose() {
          await client[Symbol.asyncDispose]();
          await container[Symbol.asyncDispose]();
        },
      };
    },
  };
}

/** The server's own child, which saved for a client that is gone, ends a moment after it. */
async function settledProcesses(container: RedisContainer): Promise<string[]> {
  const giveUp = Date.now() + 3_000;
  for (;;) {
    const found = await container.processes();
    if (found.length === 0 || Date.now() > giveUp) return found;
    await sleep(100);
  }
}

const newLibrary = "#!lua name=shop\nredis.register_function('total', function() return 43 end)";

/** Moves money between two keys in transactions, on a connection of its own. */
async function startWriter(client: RespClient): Promise<{ stop(): Promise<void> }> {
  const stopped = new AbortController();
  const move = async () => {
    await Promise.all([
      client.call('MULTI'),
      client.call('DECRBY', 'left', 1),
      client.call('RPUSH', 'moves', 'one'),
      client.call('INCRBY', 'right', 1),
      client.call('EXEC'),
    ]);
  };
  await move();
  const writing = (async () => {
    while (!stopped.signal.aborted) await move();
  })();
  return {
    async stop() {
      stopped.abort();
      await writing;
      await client[Symbol.asyncDispose]();
    },
  };
}
