import { pageSchema, recoveryPointSchema } from '@holdfast/contracts';
import { createMemorySource } from '@holdfast/worker/testing';
import { expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { fakeContainer } from '../testing/fake-docker.ts';
import { createMemoryEnvironments, createMemoryVolumes } from '../testing/memory-kinds.ts';
import { startTestServer } from '../testing/test-server.ts';

/** A Compose project whose database is in an hourly plan, and which is in the daily one as a whole. */
async function withShop() {
  const [memory, volumes, environments] = [
    createMemorySource(),
    createMemoryVolumes(),
    createMemoryEnvironments(),
  ];
  const clock = createFakeClock('2026-11-22T01:00:00Z');
  const sourceKinds = [volumes.kind, environments.kind, memory];
  const test = await startTestServer({ mode: 'serve', ports: { sourceKinds, clock } });
  const compose = (service: string) => ({ compose: { project: 'shop', service, number: 1 } });
  const mount = { type: 'volume', name: 'shop_files', source: '/v/shop_files', readWrite: true };
  test.docker.containers = [
    fakeContainer('shop-db-1', { ...compose('db'), labels: { 'memory.key': 'db' } }),
    fakeContainer('shop-web-1', { ...compose('web'), mounts: [{ ...mount, destination: '/srv' }] }),
  ];
  memory.content.set('db', new Map([['/db.dump', 'rows']]));
  volumes.content.set('shop_files', new Map([['/files', 'a file']]));
  environments.content.set('shop', new Map([['/definition', '{}']]));
  const plan = (name: string, selector: object) =>
    test.api('POST', '/v1/plans', {
      name,
      selector,
      timeZone: 'UTC',
      schedule: { preset: 'daily', hour: 2, minute: 0 },
    });
  await plan('databases', { sources: ['shop-db-1'] });
  await plan('shop', { environments: ['shop'] });
  await test.api('GET', '/v1/sources');
  const points = async () =>
    pageSchema(recoveryPointSchema).parse((await test.api('GET', '/v1/recovery-points')).body).items;
  const captured = () =>
    test.engine.calls.filter((call) => call.startsWith('backupStream')).map((call) => call.split('/').at(-1));
  return { ...test, clock, points, captured };
}

it('makes one complete recovery point of an environment that two plans share, its database taken once', async () => {
  const { api, clock, points, captured } = await withShop();
  clock.jumpTo('2026-11-22T02:00:00Z');
  await api('PATCH', '/v1/plans/default', { enabled: true });
  await expect.poll(async () => (await points()).length, { timeout: 20_000 }).toBe(1);
  expect(await points()).toMatchObject([
    { environment: 'shop', state: 'complete', members: [{ source: 'shop-db-1' }, { source: 'shop_files' }] },
  ]);
  const times = Map.groupBy(captured(), (name) => name);
  // A part and the manifest: two streams for one snapshot.
  expect(times.get('shop-db-1')).toHaveLength(2);
  expect(times.get('shop_files')).toHaveLength(2);
});
