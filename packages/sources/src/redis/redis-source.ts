import type { SourceKind } from '../source.ts';
import { captureRedis } from './capture.ts';
import { cleanUpRedis } from './clean-up.ts';
import { detectRedis } from './detect.ts';
import { redisDrill } from './drill.ts';
import { type RedisLocator, redisLocatorSchema } from './locator.ts';
import { examineRedis, untilRedisReady } from './readiness.ts';
import { restoreRedis } from './restore.ts';
import { revertRedis } from './revert.ts';

/** A Redis or Valkey server in a container, with all of its databases. */
export const redisSource: SourceKind<RedisLocator> = {
  kind: 'redis',
  // A server has one content: there is nowhere beside it.
  traits: {
    discoverable: true,
    counts: 'keys',
    restoreBeside: false,
    restoreInPlace: true,
    restorePaths: false,
  },
  locator: redisLocatorSchema,
  detect: detectRedis,
  drill: redisDrill,
  capture: captureRedis,
  restore: restoreRedis,
  revert: revertRedis,
  untilReady: untilRedisReady,
  examine: examineRedis,
  cleanUp: cleanUpRedis,
};
