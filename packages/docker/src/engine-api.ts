import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';

export type EngineAddress =
  | { readonly socketPath: string }
  | { readonly protocol: 'http' | 'https'; readonly host: string; readonly port: number };

export type EngineMethod = 'GET' | 'POST' | 'DELETE';

export interface EngineCall {
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** The engine, or a proxy before it, did not do what was asked. */
export class EngineRefusal extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** The engine's HTTP API: requests one by one, their answers as they are. */
export interface EngineApi {
  /** The answer as JSON; undefined where it is empty. @throws EngineRefusal, and what the network says */
  json(method: EngineMethod, path: string, call?: EngineCall): Promise<unknown>;
  /** @throws as `json` */
  bytes(method: EngineMethod, path: string, call?: EngineCall): Promise<Buffer>;
  /** One that is to be sent and answered by the caller's own rules. */
  request(method: EngineMethod, path: string, options?: RequestOptions): ClientRequest;
}

/** Makes no request by itself. */
export function createEngineApi(address: EngineAddress): EngineApi {
  const secure = 'protocol' in address && address.protocol === 'https';
  const { request: send } = process.getBuiltinModule(secure ? 'node:https' : 'node:http');
  const place =
    'socketPath' in address ? { socketPath: address.socketPath } : { host: address.host, port: address.port };
  const request: EngineApi['request'] = (method, path, options = {}) =>
    send({ ...options, ...place, method, path });

  const bytes: EngineApi['bytes'] = async (method, path, { query, body, signal } = {}) => {
    const content = body === undefined ? undefined : JSON.stringify(body);
    const headers =
      content === undefined
        ? {}
        : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(content) };
    const asked = request(method, withQuery(path, query), {
      headers,
      ...(signal === undefined ? {} : { signal }),
    });
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      asked.once('response', resolve);
      asked.once('error', reject);
      asked.end(content);
    });
    // The request's own signal counts until the answer begins.
    if (signal !== undefined) addAbortSignal(signal, response);
    if (!isSuccess(response.statusCode)) throw await refusal(response);
    return buffer(response);
  };

  return {
    request,
    bytes,
    async json(method, path, call) {
      const answer = await bytes(method, path, call);
      return answer.length === 0 ? undefined : (JSON.parse(answer.toString('utf8')) as unknown);
    },
  };
}

/** A path of the API. Names are hostile: each is one part of the path, whatever it holds. */
export function enginePath(parts: TemplateStringsArray, ...names: readonly string[]): string {
  return String.raw({ raw: parts }, ...names.map(encodeURIComponent));
}

/** 304 says that it is so already: a container that runs was to start. */
function isSuccess(status = 0): boolean {
  return (status >= 200 && status < 300) || status === 304;
}

function withQuery(path: string, query: EngineCall['query'] = {}): string {
  const parameters = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
  return parameters.length === 0 ? path : `${path}?${new URLSearchParams(parameters).toString()}`;
}

const refusalSchema = z.object({ message: z.string() });

/** An answer that refuses, in the engine's words; what a proxy says may be a page. */
export async function refusal(response: IncomingMessage): Promise<EngineRefusal> {
  const text = (await buffer(response)).toString('utf8');
  const status = response.statusCode ?? 0;
  return new EngineRefusal(status, messageIn(text) ?? `HTTP status ${status}: ${text.slice(0, 2000)}`);
}

function messageIn(text: string): string | undefined {
  try {
    return refusalSchema.safeParse(JSON.parse(text)).data?.message;
  } catch {
    return undefined;
  }
}

/** Where a DOCKER_HOST value points. @throws HoldfastError `setting-invalid` */
export function engineAddress(host: string): EngineAddress {
  if (host.startsWith('unix://')) return { socketPath: host.slice('unix://'.length) };
  const url = URL.parse(host);
  if (url === null || !['tcp:', 'http:', 'https:'].includes(url.protocol)) {
    throw new HoldfastError(
      'setting-invalid',
      `DOCKER_HOST is "${host}"; it accepts unix:///path/to/docker.sock or tcp://host:port.`,
    );
  }
  const protocol = url.protocol === 'https:' ? 'https' : 'http';
  return { protocol, host: url.hostname, port: Number(url.port || (protocol === 'https' ? 2376 : 2375)) };
}
