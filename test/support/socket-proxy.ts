import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = path.join(import.meta.dirname, '..', '..', 'scripts', 'lab', 'socket-proxy');

export interface SocketProxy extends AsyncDisposable {
  /** What DOCKER_HOST takes. */
  readonly host: string;
}

/** The proxy that Holdfast ships, before the lab's engine: list, inspect and (unless told otherwise) exec. */
export async function startSocketProxy({ exec }: { exec: boolean }): Promise<SocketProxy> {
  const address = `127.0.0.1:${await freePort()}`;
  await run(script, ['start', '--listen', address, ...(exec ? [] : ['--no-exec'])]);
  return {
    host: `tcp://${address}`,
    [Symbol.asyncDispose]: async () => {
      await run(script, ['stop', '--listen', address]);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
