import { request } from 'node:http';
import { type Operation, operationSchema } from '@holdfast/contracts';
import { destinationKinds } from '@holdfast/destinations';
import { createMemoryEngine, createMemorySource } from '@holdfast/worker/testing';
import { onTestFinished } from 'vitest';
import { systemClock } from '../clock.ts';
import { loadConfig } from '../config.ts';
import type { Environment } from '../config-values.ts';
import { assertDocumented } from '../openapi/testing/assert-documented.ts';
import type { Received } from '../openapi/testing/request.ts';
import type { Ports } from '../ports.ts';
import { createServer, type ServerHandle, type ServerMode } from '../server.ts';
import { createFakeDocker } from './fake-docker.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: unknown;
}

type Way = Pick<ServerHandle, 'socketPath' | 'token'>;

/** One request over the Unix socket. @throws Error where the answer is not as documented */
export async function ask(way: Way, method: string, route: string, body?: unknown): Promise<Answer> {
  const { text, ...answer } = await send(way, method, route, body);
  await assertDocumented({ method, path: route }, { ...answer, text }, async () =>
    JSON.parse((await send(way, 'GET', '/v1/openapi.json')).text),
  );
  return { ...answer, body: answer.contentType.includes('json') ? JSON.parse(text) : text };
}

function send(
  { socketPath, token }: Way,
  method: string,
  route: string,
  body?: unknown,
): Promise<Omit<Received, 'headers'>> {
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (body !== undefined) headers['content-type'] = 'application/json';
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path: route, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'] ?? '',
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

export interface TestServerOptions {
  readonly mode?: ServerMode;
  readonly dataDirectory?: string;
  readonly environment?: Environment;
  readonly ports?: Partial<Ports>;
  readonly stopGraceMs?: number;
}

/** The whole server on a temporary data directory, with an engine, a source and containers made of memory. */
export async function startTestServer(options: TestServerOptions = {}) {
  const dataDirectory = options.dataDirectory ?? (await temporaryFolder());
  const engine = createMemoryEngine();
  const source = createMemorySource();
  const docker = createFakeDocker();
  const logged: string[] = [];
  const ports: Ports = {
    engine,
    docker,
    destinationKinds,
    clock: systemClock,
    version: '0.1.0',
    sourceKinds: [source],
    log: (_level, message, error) => logged.push(`${message} ${error instanceof Error ? error.stack : ''}`),
    timings: {
      pollMs: 50,
      heartbeatMs: 100,
      progressMs: 50,
      settleRetryMs: 50,
    },
    ...options.ports,
  };
  const environment = { HOLDFAST_PORT: '0', TZ: 'UTC', ...options.environment };
  const config = loadConfig({ environment, overrides: { dataDirectory } });
  const server = await createServer(options.mode ?? 'embedded', config, ports, {
    stopGraceMs: options.stopGraceMs ?? 200,
  });
  onTestFinished(() => server.close());
  const api = (method: string, route: string, body?: unknown) => ask(server, method, route, body);

  /** The operation when it has ended. */
  async function ended(answer: Answer): Promise<Operation> {
    let operation = operationSchema.parse(answer.body);
    while (operation.state === 'queued' || operation.state === 'running') {
      await new Promise((resolve) => setTimeout(resolve, 20));
      operation = operationSchema.parse((await api('GET', `/v1/operations/${operation.id}`)).body);
    }
    return operation;
  }

  return {
    server,
    api,
    ended,
    engine,
    source,
    docker,
    dataDirectory,
    logged,
    config,
  };
}
