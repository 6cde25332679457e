import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { problemSchema } from '@holdfast/contracts';
import { CommandError } from '../command-error.ts';
import type { Connection } from '../host.ts';
import { parseServerSentEvents } from './server-sent-events.ts';

export interface HttpConnectionOptions {
  /** Of the server of this host. One of the two is given. */
  readonly socketPath?: string;
  /** Of a server elsewhere: http or https, with the path that it is published below. */
  readonly url?: string;
  readonly token?: string;
  readonly embedded?: boolean;
  /** How long a lost event stream is looked for before giving up; 30 seconds unless told. */
  readonly reconnectForMs?: number;
  readonly onClose?: () => Promise<void>;
}

/** The API over a Unix socket, or over the network. */
export function createHttpConnection(options: HttpConnectionOptions): Connection {
  return {
    embedded: options.embedded ?? false,
    async request(method, path, body) {
      const response = await send(options, method, path, { body });
      const text = await readText(response);
      if (!isSuccess(response)) throw problemIn(response, text);
      return text === '' ? undefined : parseJson(text, response);
    },
    async content(path) {
      const response = await send(options, 'GET', path, {});
      if (!isSuccess(response)) throw problemIn(response, await readText(response));
      return whole(response);
    },
    events: (path) => events(options, path),
    async close() {
      await options.onClose?.();
    },
  };
}

/**
 * Yields the data of each event, and connects again with the last event's id whenever the stream breaks or
 * ends: only the reader knows when it has seen enough.
 */
async function* events(options: HttpConnectionOptions, path: string): AsyncGenerator {
  const patience = options.reconnectForMs ?? 30_000;
  let lastEventId = '';
  let lastHeard = performance.now();
  for (let attempt = 0; ; attempt++) {
    try {
      const response = await send(options, 'GET', path, { lastEventId, stream: true });
      if (!isSuccess(response)) throw problemIn(response, await readText(response));
      try {
        for await (const event of parseServerSentEvents(response)) {
          lastEventId = event.id;
          lastHeard = performance.now();
          attempt = 0;
          yield parseJson(event.data, response);
        }
      } finally {
        response.destroy();
      }
    } catch (error) {
      if (error instanceof CommandError && error.code !== 'server-unreachable') throw error;
      if (performance.now() - lastHeard > patience) throw unreachable(error);
    }
    await delay(Math.min(100 * 2 ** attempt, 2_000));
  }
}

interface Sending {
  readonly body?: unknown;
  readonly lastEventId?: string;
  readonly stream?: boolean;
}

function send(
  options: HttpConnectionOptions,
  method: string,
  path: string,
  { body, lastEventId, stream }: Sending,
): Promise<IncomingMessage> {
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const headers: Record<string, string | number> = {
    accept: stream === true ? 'text/event-stream' : 'application/json',
  };
  if (options.token !== undefined) headers.authorization = `Bearer ${options.token}`;
  if (lastEventId !== undefined && lastEventId !== '') headers['last-event-id'] = lastEventId;
  if (payload !== undefined) {
    headers['content-type'] = 'application/json';
    headers['content-length'] = payload.byteLength;
  }
  return new Promise((resolve, reject) => {
    // No shared agent: a kept-alive socket would hold an embedded server back from closing.
    const how = { method, headers, agent: false } as const;
    const request =
      options.url === undefined
        ? httpRequest({ ...how, socketPath: options.socketPath, path })
        : (options.url.startsWith('https:') ? httpsRequest : httpRequest)(`${options.url}${path}`, how);
    request.once('response', resolve);
    request.once('error', (error) => reject(unreachable(error)));
    request.end(payload);
  });
}

/** A connection that breaks off has not given all. */
async function* whole(response: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response) yield chunk;
  } catch (error) {
    throw unreachable(error);
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    throw unreachable(error);
  }
}

function isSuccess(response: IncomingMessage): boolean {
  const status = response.statusCode ?? 0;
  return status >= 200 && status < 300;
}

function problemIn(response: IncomingMessage, text: string): CommandError {
  const problem = problemSchema.safeParse(parseJson(text, response));
  if (!problem.success) return unknownAnswer(response);
  const { code, detail, hint } = problem.data;
  return new CommandError(code, detail, { hint });
}

function parseJson(text: string, response: IncomingMessage): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unknownAnswer(response);
  }
}

function unknownAnswer(response: IncomingMessage): CommandError {
  return new CommandError(
    'internal',
    `The server answered with status ${response.statusCode} and a body that this program does not understand.`,
    { hint: 'Check that the server and this program are of the same version.' },
  );
}

function unreachable(cause: unknown): CommandError {
  const words = cause instanceof Error ? cause.message : String(cause);
  return new CommandError('server-unreachable', `The connection to the server failed: ${words}`, { cause });
}
