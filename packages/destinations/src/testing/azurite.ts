import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';

export interface Azurite {
  readonly endpoint: string;
  readonly account: string;
  readonly key: string;
  makeContainer(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts Azure's own emulator of blob storage on a free port, with an account of its own, in memory. */
export async function startAzurite(): Promise<Azurite> {
  const account = 'holdfastsuite';
  const key = randomBytes(64).toString('base64');
  const port = await freePort();
  const program = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js');
  const where = ['--blobHost', '127.0.0.1', '--blobPort', String(port), '--inMemoryPersistence', '--silent'];
  const child = spawn(process.execPath, [program, ...where, '--skipApiVersionCheck', '--disableTelemetry'], {
    env: { PATH: process.env['PATH'] ?? '', AZURITE_ACCOUNTS: `${account}:${key}` },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const endpoint = `http://127.0.0.1:${port}/${account}`;
  const service = new BlobServiceClient(endpoint, new StorageSharedKeyCredential(account, key), {
    retryOptions: { maxTries: 1 },
  });
  for (let attempt = 0; ; attempt++) {
    try {
      await service.getProperties();
      break;
    } catch (error) {
      if (attempt === 240 || child.exitCode !== null) throw error;
      await delay(250);
    }
  }
  return {
    endpoint,
    account,
    key,
    makeContainer: async (name) => void (await service.createContainer(name)),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
