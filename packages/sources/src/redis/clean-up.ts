import { asHoldfastError } from '@holdfast/runtime';
import type { CaptureContext } from '../source.ts';
import { connectServer } from './connect.ts';
import { portsOf, readLiveSettings, workName } from './live-settings.ts';
import type { RedisLocator } from './locator.ts';
import { command, ReplyError } from './redis-cli.ts';
import { sweepScript } from './stage-script.ts';

/**
 * Ends what a dead operation left in the container: a second server and its folder, and a live server that waits for it
 * as a replica. Safe to repeat. A container that is gone or stopped has none of it: a live server that is started
 * again has its own settings.
 */
export async function cleanUpRedis(
  locator: RedisLocator,
  operationId: string,
  context: CaptureContext,
): Promise<void> {
  try {
    const connected = await connectServer(locator, context);
    const { info, server } = connected;
    const ports = portsOf(operationId).map(String);
    if (info.get('master_host') === '127.0.0.1' && ports.includes(info.get('master_port') ?? '')) {
      await command(server, ['REPLICAOF', 'NO', 'ONE']);
      await command(server, ['CLIENT', 'UNPAUSE']);
      // What they were before died with the operation; these are the server's own defaults.
      await command(server, ['CONFIG', 'SET', 'repl-diskless-load', 'disabled']);
      await command(server, ['CONFIG', 'SET', 'repl-diskless-sync-delay', '5']);
      const [, password] = await command(server, ['CONFIG', 'GET', 'masterauth']);
      if (password?.startsWith('holdfast-')) await command(server, ['CONFIG', 'SET', 'masterauth', '']);
    }
    const settings = await readLiveSettings(connected, context);
    await server.runner.run({
      command: ['sh', '-c', sweepScript, 'holdfast', workName(operationId), settings.folder],
      ...(server.runner.dataPath === 'direct' ? {} : { user: settings.owner }),
      timeoutMs: 30_000,
    });
  } catch (error) {
    if (error instanceof ReplyError) return;
    const { code } = asHoldfastError(error);
    if (code !== 'container-not-found' && code !== 'container-not-running') throw error;
  }
}
