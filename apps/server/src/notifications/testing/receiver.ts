import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Behaviour = (response: ServerResponse) => void;

export const answers: Readonly<Record<'ok' | 'broken' | 'hang' | 'redirect' | 'huge' | 'cut', Behaviour>> = {
  ok: (response) => response.writeHead(200).end('ok'),
  broken: (response) => response.writeHead(500).end('broken'),
  hang: () => {},
  redirect: (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
  /** Never ends; who reads it all runs out of memory. */
  huge: (response) => {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  },
  cut: (response) => response.socket?.destroy(),
};

/** A real HTTP server on loopback that keeps what it receives, and answers as it is told. */
export async function startReceiver() {
  const received: Received[] = [];
  let behaviour: Behaviour = answers.ok;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      });
      behaviour(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(close);
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    behave(next: Behaviour) {
      behaviour = next;
    },
    close,
  };
}
