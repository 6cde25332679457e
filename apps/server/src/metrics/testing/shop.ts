import { createMemorySource } from '@holdfast/worker/testing';
import { fakeContainer } from '../../testing/fake-docker.ts';
import { createMemoryEnvironments, createMemoryVolumes } from '../../testing/memory-kinds.ts';
import { startTestServer } from '../../testing/test-server.ts';

/** A serving Holdfast that anybody may scrape, after a backup, a drill, a prune and a probe: every metric has a value. */
export async function serveShop() {
  const memory = createMemorySource();
  const environments = createMemoryEnvironments();
  const test = await startTestServer({
    mode: 'serve',
    environment: { HOLDFAST_METRICS_ACCESS: 'open' },
    ports: { sourceKinds: [createMemoryVolumes().kind, environments.kind, memory] },
  });
  const compose = { project: 'shop', service: 'db', number: 1 };
  test.docker.containers = [fakeContainer('shop-db-1', { compose, labels: { 'memory.key': 'db' } })];
  memory.content.set('db', new Map([['/db.dump', 'rows']]));
  environments.content.set('shop', new Map([['/definition', '{}']]));
  for (const [route, body] of [
    ['/v1/backups', { all: true }],
    ['/v1/drills', { name: 'shop-db-1' }],
    ['/v1/prunes', undefined],
  ] as const) {
    const operation = await test.ended(await test.api('POST', route, body));
    if (operation.state !== 'succeeded') throw new Error(`${route}: ${JSON.stringify(operation)}`);
  }
  await test.api('POST', '/v1/destinations/local/probe');
  const { url } = test.server;
  if (url === undefined) throw new Error('It does not listen.');
  return { url, scrape: async () => (await fetch(new URL('/metrics', url))).text() };
}
