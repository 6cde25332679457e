import { untilServerReady } from '../container/until-ready.ts';
import type { CaptureContext, TargetState } from '../source.ts';
import { connectServer } from './connect.ts';
import type { RedisLocator } from './locator.ts';

/** Waits until the server takes orders and has loaded its data. */
export async function untilRedisReady(locator: RedisLocator, context: CaptureContext): Promise<void> {
  await untilServerReady(locator.container.name, context, async () => {
    const { info } = await connectServer(locator, context);
    return info.get('loading') === '1' ? `loading ${Date.now()}` : true;
  });
}

/** The server as a whole: its databases have numbers only. */
export async function examineRedis(locator: RedisLocator, context: CaptureContext): Promise<TargetState> {
  const { info, product, version, container } = await connectServer(locator, context);
  const bytes = Number(info.get('used_memory_dataset'));
  return {
    holds: [{ name: container.name, ...(Number.isFinite(bytes) ? { bytes } : {}) }],
    versions: { [product]: version },
  };
}
