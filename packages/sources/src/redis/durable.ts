import { setTimeout as sleep } from 'node:timers/promises';
import type { CaptureContext } from '../source.ts';
import type { ConnectedServer } from './connect.ts';
import type { LiveSettings } from './live-settings.ts';
import { command, ReplyError, serverInfo } from './redis-cli.ts';

const lookEveryMs = 100;
const patienceMs = 60 * 60_000;

/**
 * Waits until what serves now would survive a restart, as far as the server keeps anything: its append-only file, which
 * wins over the dump, is rewritten by the server itself; the dump is saved anew, lest an old one comes back.
 *
 * @returns warnings
 */
export async function makeDurable(
  { server }: ConnectedServer,
  settings: LiveSettings,
  { reporter, signal }: CaptureContext,
): Promise<string[]> {
  reporter.step('saving');
  const warnings: string[] = [];
  let info = await untilIdle(server, signal);
  if (info.get('aof_enabled') === '1' && info.get('aof_last_bgrewrite_status') === 'err') {
    warnings.push(
      'The server could not rewrite its append-only file: until it has, a restart brings the old data back.',
    );
  }
  const path = `${settings.folder.replace(/\/$/, '')}/${settings.fileName}`;
  const { exitCode } = await server.runner.run({ command: ['test', '-e', path], timeoutMs: 30_000 });
  // A server that is told to keep nothing goes on to.
  if (settings.saveRules === '' && exitCode !== 0) return warnings;
  try {
    await command(server, ['BGSAVE', 'SCHEDULE']);
    info = await untilIdle(server, signal);
  } catch (error) {
    if (!(error instanceof ReplyError)) throw error;
    warnings.push(`The server did not save the restored data: ${error.message}`);
    return warnings;
  }
  if (info.get('rdb_last_bgsave_status') === 'err') {
    warnings.push(
      'The server could not save the restored data to its disk; its log says why. It serves it from memory.',
    );
  }
  return warnings;
}

const busySigns = ['rdb_bgsave_in_progress', 'aof_rewrite_in_progress', 'aof_rewrite_scheduled'];

async function untilIdle(
  server: ConnectedServer['server'],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const giveUp = Date.now() + patienceMs;
  for (;;) {
    const info = await serverInfo(server);
    const busy = busySigns.some((sign) => info.get(sign) === '1');
    if (!busy || signal.aborted || Date.now() > giveUp) return info;
    await sleep(lookEveryMs);
  }
}
