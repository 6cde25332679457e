import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A forwarder on loopback that stands for the network between a program and its storage, and can fail like one. */
export interface CuttableProxy {
  readonly port: number;
  /** Host and port to connect to. */
  readonly address: string;
  /** Bytes that clients have sent through it so far. */
  readonly bytesSent: number;
  /** Resolves once clients have sent so many bytes in all. */
  sent(bytes: number): Promise<void>;
  /** Breaks every connection (a reset, not an orderly end) and refuses new ones. */
  cut(): Promise<void>;
  /** Connections stay, and new ones are accepted, but no byte moves: a firewall that drops packets. */
  stall(): void;
  /** Lets through so many bytes a second and direction. */
  slow(bytesPerSecond: number): void;
  /** Ends cut, stall and slow. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
}

/** Starts a proxy on a free port. What is sent through it is not looked at. */
export async function startCuttableProxy(target: ProxyTarget): Promise<CuttableProxy> {
  const sockets = new Set<Socket>();
  const watchers = new Set<{ bytes: number; reached: () => void }>();
  let bytesSent = 0;
  let bytesPerSecond = Number.POSITIVE_INFINITY;
  let stalled = Promise.withResolvers<void>();
  stalled.resolve();

  const countSent = (bytes: number) => {
    bytesSent += bytes;
    for (const watcher of watchers) {
      if (bytesSent < watcher.bytes) continue;
      watchers.delete(watcher);
      watcher.reached();
    }
  };

  const forward = async (from: Socket, to: Socket, count: (bytes: number) => void) => {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      await stalled.promise;
      if (Number.isFinite(bytesPerSecond)) await sleep((chunk.length / bytesPerSecond) * 1000);
      count(chunk.length);
      if (!to.write(chunk)) await once(to, 'drain');
    }
    to.end();
  };

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ ...target, allowHalfOpen: true });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    const reset = () => {
      client.resetAndDestroy();
      upstream.destroy();
    };
    // Either side's failure is passed on as one: that is what a network does.
    client.on('error', reset);
    upstream.on('error', reset);
    forward(client, upstream, countSent).catch(reset);
    forward(upstream, client, () => {}).catch(reset);
  });

  await listen(server, 0);
  const { port } = server.address() as AddressInfo;

  const breakConnections = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };

  return {
    port,
    address: `127.0.0.1:${port}`,
    get bytesSent() {
      return bytesSent;
    },
    sent: (bytes) =>
      new Promise((reached) => {
        if (bytesSent >= bytes) reached();
        else watchers.add({ bytes, reached });
      }),
    async cut() {
      const closed = server.listening ? once(server, 'close') : undefined;
      server.close();
      breakConnections();
      await closed;
    },
    stall() {
      stalled = Promise.withResolvers<void>();
    },
    slow(rate) {
      bytesPerSecond = rate;
    },
    async mend() {
      bytesPerSecond = Number.POSITIVE_INFINITY;
      stalled.resolve();
      if (!server.listening) await listen(server, port);
    },
    async close() {
      const closed = server.listening ? once(server, 'close') : undefined;
      server.close();
      breakConnections();
      stalled.resolve();
      await closed;
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
