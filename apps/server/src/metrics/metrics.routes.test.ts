import { expect, it } from 'vitest';
import { fakeContainer } from '../testing/fake-docker.ts';
import { startTestServer, type TestServerOptions } from '../testing/test-server.ts';
import { readExposition } from './testing/read-exposition.ts';

async function startWithDatabase(options: TestServerOptions = {}) {
  const holdfast = await startTestServer(options);
  holdfast.docker.containers = [fakeContainer('shop-db', { labels: { 'memory.key': 'db' } })];
  holdfast.source.content.set('db', new Map([['/db.dump', 'rows']]));
  return holdfast;
}

it('shows what was backed up by a real pass, and the scheduler of a serving Holdfast', async () => {
  const holdfast = await startWithDatabase({ mode: 'serve' });
  await holdfast.ended(await holdfast.api('POST', '/v1/backups', { all: true }));
  const answer = await holdfast.api('GET', '/metrics');
  expect(answer.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  const value = readExposition(String(answer.body));
  const [, inside = ''] = /^holdfast_repository_size_bytes\{(.*)\} [1-9]/m.exec(String(answer.body)) ?? [];
  expect(inside).toContain('destination="local"');
  const succeeded = { kind: 'backup', role: 'pass', state: 'succeeded' };
  expect(value('holdfast_operations_ended_total', succeeded)).toBe(1);
  const tick = value('holdfast_scheduler_last_tick_timestamp_seconds', {});
  expect(Math.abs(Date.now() / 1000 - (tick ?? 0))).toBeLessThan(60);
});

it('measures a repository after its prune', async () => {
  const holdfast = await startWithDatabase();
  await holdfast.ended(await holdfast.api('POST', '/v1/backups', { all: true }));
  const pass = await holdfast.ended(await holdfast.api('POST', '/v1/prunes'));
  expect(pass.state).toBe('succeeded');
  const text = String((await holdfast.api('GET', '/metrics')).body);
  expect(text).toMatch(/^holdfast_repository_measured_timestamp_seconds\{.*\} \d/m);
});

it('wants a token, unless the settings open it', async () => {
  const ask = async (environment = {}) => {
    const { server } = await startTestServer({ mode: 'serve', environment });
    return (await fetch(new URL('/metrics', server.url))).status;
  };
  expect(await ask()).toBe(401);
  expect(await ask({ HOLDFAST_METRICS_ACCESS: 'open' })).toBe(200);
});
