import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  /** Server-sent events instead of a body, each under its index (from 1) as id; `cut` breaks the connection after them. */
  readonly events?: readonly unknown[];
  readonly cut?: boolean;
}

export interface Received {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}

/** By `METHOD /path` without the query. An array answers one request after the other, its last entry all further ones. */
export type Routes = Record<string, Answer | readonly Answer[] | ((received: Received) => Answer)>;

export interface ContractServer extends AsyncDisposable {
  readonly socketPath: string;
  readonly received: readonly Received[];
}

/** A real HTTP server on a Unix socket that gives the answers it is told, problem documents for everything else. */
export async function startContractServer(routes: Routes): Promise<ContractServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-cli-'));
  const socketPath = path.join(folder, 'holdfast.sock');
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { method = '', url = '', headers } = request;
      const entry: Received = { method, path: url, body, headers };
      const name = `${method} ${url.split('?')[0]}`;
      const times = received.filter((other) => `${other.method} ${other.path.split('?')[0]}` === name).length;
      received.push(entry);
      answer(response, pick(routes[name], entry, times), headers['last-event-id']);
    });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    socketPath,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

function pick(route: Routes[string] | undefined, received: Received, times: number): Answer {
  if (route === undefined)
    return { status: 404, body: problem('not-found', `No route for ${received.path}.`) };
  if (typeof route === 'function') return route(received);
  if ('length' in route) return route[Math.min(times, route.length - 1)] ?? { status: 500 };
  return route;
}

function answer(
  response: ServerResponse,
  { status = 200, body, events, cut }: Answer,
  lastEventId: unknown,
): void {
  if (events === undefined) {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
    return;
  }
  response.writeHead(status, { 'content-type': 'text/event-stream' });
  const seen = typeof lastEventId === 'string' ? Number(lastEventId) : 0;
  const text = events.map((event, index) => `id: ${index + 1}\ndata: ${JSON.stringify(event)}\n\n`);
  response.write(text.slice(seen).join(''), () => {
    if (cut === true) response.destroy();
  });
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

export function problem(code: string, detail: string) {
  return {
    type: `urn:holdfast:error:${code}`,
    title: code,
    status: 422,
    code,
    detail,
    hint: `Mend ${code}.`,
  };
}
