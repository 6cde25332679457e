import { vi } from 'vitest';
import { describeSourceSuite, failOnLeakedContainers } from '../testing/index.ts';
import { redisHarness } from './testing/redis-harness.ts';

failOnLeakedContainers();
vi.setConfig({ testTimeout: 60_000 });

describeSourceSuite('Redis 7, snapshots only', redisHarness({ product: 'redis' }));
describeSourceSuite(
  'Valkey 8, append-only file',
  redisHarness({ product: 'valkey', command: ['--appendonly', 'yes'] }),
);
