import { expect, it } from 'vitest';
import { fakeContainer } from '../testing/fake-docker.ts';
import { startTestServer } from '../testing/test-server.ts';
import { createLogger } from './logger.ts';

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly operationId?: string;
  readonly kind?: string;
  readonly source?: string;
  readonly destination?: string;
  readonly route?: string;
  readonly status?: number;
  readonly principal?: string;
}

async function serveWithLog() {
  const lines: Line[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line));
  const log = createLogger({ format: 'json', level: 'debug', write });
  const holdfast = await startTestServer({ mode: 'serve', ports: { log } });
  holdfast.docker.containers = [fakeContainer('shop-db', { labels: { 'memory.key': 'db' } })];
  holdfast.source.content.set('db', new Map([['/db.dump', 'rows']]));
  return { ...holdfast, lines };
}

it('tells what operations do, and how they end', async () => {
  const { api, ended, lines } = await serveWithLog();
  const pass = await ended(await api('POST', '/v1/backups', { all: true }));
  const end = lines.find(({ operationId, msg }) => operationId === pass.id && msg.includes('succeeded'));
  expect(end).toMatchObject({ level: 'info', kind: 'backup', state: 'succeeded' });
  const step = lines.find(({ msg, source }) => msg === 'opening the repository' && source !== undefined);
  expect(step).toMatchObject({ level: 'info', kind: 'backup', destination: 'local' });
});

it('tells of requests by route, without queries and without what was asked about', async () => {
  const { api, lines, server } = await serveWithLog();
  await api('GET', '/v1/operations?limit=5&cursor=planted-query');
  await api('GET', '/v1/operations/planted-name');
  await api('POST', '/v1/backups', { names: ['planted-body'] });
  await fetch(new URL('/v1/sources', server.url));
  await api('GET', '/healthz');
  const requests = lines.filter(({ route }) => route !== undefined);
  expect(requests.map(({ route, status }) => [route, status])).toEqual([
    ['/v1/operations', 200],
    ['/v1/operations/:id', 404],
    ['/v1/backups', 404],
    ['/v1/sources', 401],
    ['/healthz', 200],
  ]);
  expect(requests.map(({ principal }) => principal)).toEqual(['host', 'host', 'host', undefined, 'host']);
  expect(requests.at(-1)?.level).toBe('debug');
  expect(JSON.stringify(lines)).not.toContain('planted-query');
  expect(JSON.stringify(requests)).not.toContain('planted');
});
