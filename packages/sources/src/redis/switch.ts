import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerDetails } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';
import { cancellationOf } from '../files/cancellation.ts';
import type { CaptureContext } from '../source.ts';
import type { ConnectedServer } from './connect.ts';
import { type LiveSettings, workName } from './live-settings.ts';
import { command, type RedisServer, runClient, secretCommand, serverInfo } from './redis-cli.ts';
import type { Stage } from './stage.ts';
import { transferFailure } from './transfer-errors.ts';

/** Writers wait at most this long for a Holdfast that died. */
const pauseMs = 10_000;
const renewEveryMs = 3_000;
const lookEveryMs = 50;
/** For connecting; once data flows, the server's own `repl-timeout` holds. */
const connectWithinMs = 60_000;

export interface SwitchOptions {
  /** Where what serves now is kept, by its path inside the container. */
  readonly keepAs?: string;
  /** Whether what serves now may be dropped before. */
  readonly dropFirst?: boolean;
  /** Awaited when what serves now is kept, before anything takes its place. */
  readonly willExchange?: () => Promise<void>;
}

/**
 * Makes the live server hold what the stage holds: for a moment it is its replica. Its clients stay connected; who
 * writes waits, who reads is served the old data until the new is there. The server keeps the old data until the new is
 * complete (`repl-diskless-load swapdb`), and rewrites its append-only file by itself.
 *
 * On failure the stage puts the live server right (`Stage.abandon`).
 */
export async function switchTo(
  stage: Stage,
  { server, container }: ConnectedServer,
  settings: LiveSettings,
  options: SwitchOptions,
  { operationId, reporter, signal }: CaptureContext,
): Promise<void> {
  if (options.dropFirst) await command(server, ['FLUSHALL'], { signal, timeoutMs: 10 * 60_000 });
  const pausing = await holdWriters(stage, server);
  try {
    if (options.keepAs !== undefined) {
      reporter.step('keeping what was there');
      await set(stage, server, 'repl-diskless-sync-delay', '0', settings.disklessDelay);
      await keep(server, container, settings, options.keepAs, { operationId, signal });
    }
    reporter.step('putting the restored data in place');
    await set(stage, server, 'repl-diskless-load', 'swapdb', settings.disklessLoad);
    if (settings.masterPassword === undefined) {
      await stage.undoBy(['CONFIG', 'SET', 'masterauth', '']);
      await secretCommand(server, ['CONFIG', 'SET', 'masterauth', stage.password.reveal()]);
    }
    if (settings.masterUser !== undefined) {
      const rules = ['on', `>${stage.password.reveal()}`, '~*', '&*', '+@all'];
      await secretCommand(stage.server, ['ACL', 'SETUSER', settings.masterUser, ...rules]);
    }
    if (signal.aborted) throw cancellationOf(signal);
    await options.willExchange?.();
    await stage.undoBy(['REPLICAOF', 'NO', 'ONE']);
    await command(server, ['REPLICAOF', '127.0.0.1', String(stage.port)]);
    await untilInSync(stage, server, signal);
  } finally {
    pausing.stop();
  }
}

/** The live server is its own again, with the data that it was given. */
export async function standAlone(stage: Stage, server: RedisServer, settings: LiveSettings): Promise<void> {
  await command(server, ['REPLICAOF', 'NO', 'ONE']);
  await command(server, ['CONFIG', 'SET', 'repl-diskless-load', settings.disklessLoad]);
  await command(server, ['CONFIG', 'SET', 'repl-diskless-sync-delay', settings.disklessDelay]);
  if (settings.masterPassword === undefined) await command(server, ['CONFIG', 'SET', 'masterauth', '']);
  await command(server, ['CLIENT', 'UNPAUSE']);
  await stage.forgetUndo();
}

async function holdWriters(stage: Stage, server: RedisServer): Promise<{ stop(): void }> {
  await stage.undoBy(['CLIENT', 'UNPAUSE']);
  const pause = () => command(server, ['CLIENT', 'PAUSE', String(pauseMs), 'WRITE']);
  await pause();
  const timer = setInterval(() => void pause().catch(() => {}), renewEveryMs);
  return { stop: () => clearInterval(timer) };
}

async function set(stage: Stage, server: RedisServer, name: string, value: string, before: string) {
  await stage.undoBy(['CONFIG', 'SET', name, before]);
  await command(server, ['CONFIG', 'SET', name, value]);
}

/** Writes a dump of the live server into its folder, by a temporary name first. */
async function keep(
  server: RedisServer,
  container: ContainerDetails,
  settings: LiveSettings,
  path: string,
  { operationId, signal }: Pick<CaptureContext, 'operationId' | 'signal'>,
): Promise<void> {
  const unfinished = `${settings.folder.replace(/\/$/, '')}/${workName(operationId)}.part`;
  try {
    const { exitCode, stderr } = await runClient(server, ['--rdb', unfinished], {
      signal,
      ...(server.runner.dataPath === 'direct' ? {} : { user: settings.owner }),
    });
    if (exitCode !== 0) throw transferFailure({ exitCode, stderr }, { container });
    await run(server, settings, ['mv', '-n', '--', unfinished, path]);
  } catch (error) {
    await run(server, settings, ['rm', '-f', '--', unfinished]).catch(() => {});
    throw error;
  }
}

/** Waits until the live server holds all that the stage holds. */
async function untilInSync(stage: Stage, server: RedisServer, signal: AbortSignal): Promise<void> {
  const giveUp = Date.now() + connectWithinMs;
  for (;;) {
    const info = await serverInfo(server);
    if (info.get('master_link_status') === 'up') break;
    if (signal.aborted) throw cancellationOf(signal);
    if (info.get('master_sync_in_progress') !== '1' && info.get('loading') !== '1' && Date.now() > giveUp) {
      throw new HoldfastError(
        'restore-failed',
        'The live server did not take over the restored data in time. Its log says why.',
      );
    }
    await sleep(lookEveryMs);
  }
  const [expected, found] = await Promise.all([serverInfo(stage.server), serverInfo(server)]);
  const [wanted, got] = [keyspace(expected), keyspace(found)];
  if (wanted === got) return;
  throw new HoldfastError(
    'restore-failed',
    `The live server took over ${got || 'no keys'}, but ${wanted || 'no keys'} were restored.`,
  );
}

function keyspace(info: ReadonlyMap<string, string>): string {
  return [...info]
    .filter(([name]) => /^db\d+$/.test(name))
    .map(([name, value]) => `${name}: ${/^keys=\d+,expires=\d+/.exec(value)?.[0] ?? value}`)
    .join('; ');
}

/** A program of the container on files of the server, as their owner. @throws HoldfastError `restore-failed` */
export async function run(
  server: RedisServer,
  { owner }: LiveSettings,
  words: readonly [string, ...string[]],
): Promise<string> {
  const result = await server.runner.run({
    command: words,
    ...(server.runner.dataPath === 'direct' ? {} : { user: owner }),
    timeoutMs: 60_000,
  });
  if (result.exitCode === 0) return result.stdout.toString('utf8');
  throw new HoldfastError('restore-failed', `"${words[0]}" failed in the container: ${result.stderr.trim()}`);
}
