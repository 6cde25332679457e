import { createHash } from 'node:crypto';
import { HoldfastError, Secret } from '@holdfast/runtime';
import type { CaptureContext } from '../source.ts';
import type { ConnectedServer } from './connect.ts';
import { command, type RedisServer } from './redis-cli.ts';

/** Settings of the live server that a restore reads, and partly changes for its duration. */
export interface LiveSettings {
  readonly folder: string;
  /** Of that folder, as `uid:gid`. */
  readonly owner: string;
  readonly fileName: string;
  readonly databases: number;
  /** Bytes; 0 where there is no limit. */
  readonly maximumMemory: number;
  /** Rules by which it saves by itself; empty where it does not. */
  readonly saveRules: string;
  readonly disklessLoad: string;
  readonly disklessDelay: string;
  /** By which it authenticates itself where it is a replica. */
  readonly masterPassword?: Secret;
  readonly masterUser?: string;
}

/** @throws ReplyError when the server does not let its settings be read */
export async function readLiveSettings(
  { server }: ConnectedServer,
  { signal }: CaptureContext,
): Promise<LiveSettings> {
  const get = async (name: string) => (await command(server, ['CONFIG', 'GET', name], { signal }))[1] ?? '';
  const folder = await get('dir');
  const { stdout } = await server.runner.run({
    command: ['stat', '-c', '%u:%g', '--', folder],
    signal,
    timeoutMs: 30_000,
  });
  const masterPassword = await get('masterauth');
  const masterUser = await get('masteruser');
  return {
    folder,
    owner: stdout.toString('utf8').trim() || '0',
    fileName: await get('dbfilename'),
    databases: Number(await get('databases')) || 16,
    maximumMemory: Number(await get('maxmemory')) || 0,
    saveRules: await get('save'),
    disklessLoad: await get('repl-diskless-load'),
    disklessDelay: await get('repl-diskless-sync-delay'),
    ...(masterPassword === '' ? {} : { masterPassword: new Secret(masterPassword) }),
    ...(masterUser === '' ? {} : { masterUser }),
  };
}

/** Of folders and files of one operation. */
export function workName(operationId: string): string {
  return `holdfast-${operationId.replaceAll(/[^A-Za-z0-9]/g, '').slice(-16)}`;
}

const portAttempts = 5;

/** Ports that an operation may use: by them, a later run knows a primary that a dead one made. */
export function portsOf(operationId: string): number[] {
  const hash = createHash('sha256').update(operationId).digest();
  return Array.from({ length: portAttempts }, (_, index) => 20_000 + (hash.readUInt16LE(index * 2) % 12_000));
}

/** One that nobody listens on inside the container. @throws HoldfastError `restore-target-busy` */
export async function freePort(
  server: RedisServer,
  operationId: string,
  signal: AbortSignal,
): Promise<number> {
  for (const port of portsOf(operationId)) {
    const result = await server.runner.run({
      command: [server.client, '-h', '127.0.0.1', '-p', String(port), 'PING'],
      signal,
      timeoutMs: 10_000,
    });
    if (/refused/i.test(`${result.stderr}${result.stdout.toString('latin1')}`)) return port;
  }
  throw new HoldfastError('restore-target-busy', 'No port is free in the container to load the data beside.');
}
