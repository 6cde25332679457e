import type { DataPathPolicy } from '@holdfast/docker';
import { onTestFinished } from 'vitest';
import { testContext } from '../../testing/context.ts';
import { FolderStore, type StoredSnapshot } from '../../testing/folder-store.ts';
import { redisSource } from '../redis-source.ts';
import { type RedisContainer, type RedisContainerOptions, startRedis } from './redis-container.ts';

/** A server that is gone with the test, and what Holdfast does with it. */
export async function openServer(options: RedisContainerOptions = {}, dataPath: DataPathPolicy = 'auto') {
  const container = await startRedis(options);
  onTestFinished(() => container[Symbol.asyncDispose]());
  const store = await FolderStore.create();
  onTestFinished(() => store[Symbol.asyncDispose]());
  return sessionOf(container, store, dataPath);
}

function sessionOf(container: RedisContainer, store: FolderStore, dataPath: DataPathPolicy) {
  const locator = { container: { id: container.id, name: container.name } };
  const contextOf = () => testContext({ docker: container.host, dataPath });
  return {
    container,
    locator,
    contextOf,
    backUp: async (): Promise<StoredSnapshot> => {
      const context = contextOf();
      return await store.save('redis', await redisSource.capture(locator, context), context.signal);
    },
    restore: (snapshot: StoredSnapshot, mode: 'swap' | 'in-place' = 'swap') =>
      redisSource.restore(locator, snapshot.request(mode), contextOf()),
  };
}
