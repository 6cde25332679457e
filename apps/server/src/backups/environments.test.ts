import { pageSchema, recoveryPointSchema, sourceListSchema } from '@holdfast/contracts';
import { createMemorySource } from '@holdfast/worker/testing';
import { describe, expect, it } from 'vitest';
import { fakeContainer } from '../testing/fake-docker.ts';
import { createMemoryEnvironments, createMemoryVolumes } from '../testing/memory-kinds.ts';
import { startTestServer, type TestServerOptions } from '../testing/test-server.ts';

const compose = (service: string) => ({ compose: { project: 'shop', service, number: 1 } });

function containersOfShop() {
  const volume = { type: 'volume', name: 'shop_files', source: '/v/shop_files', readWrite: true };
  return [
    fakeContainer('shop-db-1', { ...compose('db'), labels: { 'memory.key': 'db' } }),
    fakeContainer('shop-web-1', { ...compose('web'), mounts: [{ ...volume, destination: '/srv' }] }),
  ];
}

/** A Compose project with a database, a volume, and what keeps how it is built. */
async function withShop(options: TestServerOptions = {}) {
  const memory = createMemorySource();
  const volumes = createMemoryVolumes();
  const environments = createMemoryEnvironments();
  const sourceKinds = [volumes.kind, environments.kind, memory];
  const test = await startTestServer({ ...options, ports: { sourceKinds, ...options.ports } });
  test.docker.containers = containersOfShop();
  memory.content.set('db', new Map([['/db.dump', 'rows']]));
  volumes.content.set('shop_files', new Map([['/files', 'a file']]));
  environments.content.set('shop', new Map([['/definition', '{}']]));
  const points = async (query = '') =>
    pageSchema(recoveryPointSchema).parse((await test.api('GET', `/v1/recovery-points${query}`)).body).items;
  const backUp = async (...names: string[]) =>
    test.ended(await test.api('POST', '/v1/backups', names.length === 0 ? { all: true } : { names }));
  return { ...test, memory, volumes, environments, sourceKinds, points, backUp };
}

describe('a pass over an environment', () => {
  it('takes databases, then files, then the definition, which is told what was taken', async () => {
    const { backUp, engine, environments, points, api } = await withShop();
    const pass = await backUp('shop');
    expect(pass.state).toBe('succeeded');
    const order = engine.calls
      .filter((call) => call.startsWith('backupStream'))
      .map((call) => call.split('/').at(-1));
    expect([...new Set(order)]).toEqual(['shop-db-1', 'shop_files', 'shop.environment']);
    const snapshots = Object.fromEntries(pass.items?.map((item) => [item.source, item.snapshotId]) ?? []);
    expect(environments.told).toMatchObject([
      [
        { source: 'shop-db-1', kind: 'memory', repository: 'shop-db-1', snapshotId: snapshots['shop-db-1'] },
        {
          source: 'shop_files',
          kind: 'memory-files',
          manifestResticId: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      ],
    ]);
    const [point, ...more] = await points(`?environment=shop&operationId=${pass.id}`);
    expect(more).toEqual([]);
    expect(point).toMatchObject({
      environment: 'shop',
      destination: 'local',
      state: 'complete',
      operationId: pass.id,
      members: [
        { source: 'shop-db-1', snapshotId: snapshots['shop-db-1'] },
        { source: 'shop_files', snapshotId: snapshots['shop_files'] },
      ],
      definition: { source: 'shop.environment', snapshotId: snapshots['shop.environment'] },
    });
    expect((await api('GET', `/v1/recovery-points/${point?.id.slice(0, 30)}`)).body).toEqual(point);
  });

  it('is partial, and says why, when a member fails, cannot be protected, or the definition fails', async () => {
    const { backUp, points, volumes, environments, docker } = await withShop();
    volumes.content.delete('shop_files');
    const failed = await backUp('shop');
    expect(failed.error?.code).toBe('partly-failed');
    expect(environments.told.at(-1)).toMatchObject([
      { source: 'shop-db-1', snapshotId: expect.any(String) },
      { source: 'shop_files', error: 'no shop_files' },
    ]);
    volumes.content.set('shop_files', new Map([['/files', 'a file']]));
    docker.containers = docker.containers.map((container) =>
      container.name === 'shop-db-1' ? { ...container, state: 'exited' } : container,
    );
    await backUp();
    docker.containers = containersOfShop();
    environments.content.delete('shop');
    await backUp('shop');
    expect(await points()).toMatchObject([
      { state: 'partial', definition: { error: 'no shop' }, members: [{}, {}] },
      { state: 'partial', members: [{ error: expect.stringContaining('not running') }, {}] },
      { state: 'partial', members: [{}, { error: 'no shop_files' }] },
    ]);
  });

  it('makes no point of some members only, of none, or of a lone container', async () => {
    const { backUp, points, docker, api, memory, volumes, environments } = await withShop();
    await backUp('shop-db-1');
    await backUp('shop.environment');
    expect(environments.told).toEqual([[]]);
    await backUp('shop.environment', 'shop-db-1');
    memory.content.clear();
    volumes.content.clear();
    await backUp('shop');
    expect(await points()).toEqual([]);
    docker.containers = [fakeContainer('alone', { labels: { 'memory.key': 'db' } })];
    const { items } = sourceListSchema.parse((await api('GET', '/v1/sources?refresh=true')).body);
    expect(items.filter(({ present }) => present).map(({ name }) => name)).toEqual(['alone']);
  });

  it('that is cancelled begins no further stage and records no point', async () => {
    const { api, ended, memory, points, environments } = await withShop();
    memory.beforePart = (_path, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('gone'))));
    const started = await api('POST', '/v1/backups', { names: ['shop'] });
    const id = (started.body as { id: string }).id;
    await expect
      .poll(async () => (await api('GET', `/v1/operations/${id}`)).body)
      .toMatchObject({
        items: [{ state: 'running' }],
      });
    await api('POST', `/v1/operations/${id}/cancel`);
    expect(await ended(started)).toMatchObject({ state: 'cancelled', items: [{ source: 'shop-db-1' }] });
    expect(environments.told).toEqual([]);
    expect(await points()).toEqual([]);
  });

  it('that is stopped midway is finished at the next start: one point, of what both took', async () => {
    const test = await withShop({ mode: 'serve', stopGraceMs: 2_000 });
    test.memory.beforePart = () => new Promise((resolve) => setTimeout(resolve, 300));
    const started = await test.api('POST', '/v1/backups', { names: ['shop'] });
    const id = (started.body as { id: string }).id;
    await expect.poll(() => test.engine.calls.some((call) => call.startsWith('backupStream'))).toBe(true);
    await test.server.close();

    const { docker, engine, sourceKinds, dataDirectory } = test;
    const again = await startTestServer({
      mode: 'serve',
      dataDirectory,
      ports: { docker, engine, sourceKinds },
    });
    const read = async () =>
      pageSchema(recoveryPointSchema).parse((await again.api('GET', '/v1/recovery-points')).body).items;
    await expect.poll(read, { timeout: 10_000 }).toHaveLength(1);
    const [point] = await read();
    expect(point?.state).toBe('complete');
    expect(point?.operationId).not.toBe(id);
    const first = (await again.api('GET', `/v1/operations/${id}`)).body;
    expect(first).toMatchObject({
      state: 'interrupted',
      items: [{ source: 'shop-db-1', state: 'succeeded' }],
    });
    const { items } = first as { items: [{ snapshotId: string }] };
    expect(point?.members[0]).toMatchObject({ source: 'shop-db-1', snapshotId: items[0].snapshotId });
  });
});

describe('what is removed of a point', () => {
  it('goes missing in it, and the point goes with its last snapshot', async () => {
    const { backUp, points, api } = await withShop();
    const pass = await backUp('shop');
    for (const item of pass.items ?? []) {
      if (item.source === 'shop.environment') continue;
      expect(await points()).toHaveLength(1);
      const route = `/v1/snapshots/${item.snapshotId}?confirmation=${item.snapshotId}&force=true`;
      expect((await api('DELETE', route)).status).toBe(204);
    }
    expect(await points()).toEqual([]);
  });

  it('is never of the last complete one, whole, by retention', async () => {
    const none = { HOLDFAST_RETENTION_RECENT_HOURS: '0', HOLDFAST_RETENTION_DAILY: '1' };
    const { backUp, points, volumes, api } = await withShop({ environment: none });
    await backUp('shop');
    await backUp('shop');
    volumes.content.delete('shop_files');
    await backUp('shop');
    const [partial, complete, ...older] = await points();
    expect(older).toEqual([]);
    expect(partial?.state).toBe('partial');
    for (const member of [...(complete?.members ?? []), complete?.definition]) {
      expect(member?.snapshotId).toEqual(expect.any(String));
    }
    const preview = (await api('GET', '/v1/retention/preview?source=shop-db-1')).body;
    expect(JSON.stringify(preview)).toContain('of the last complete recovery point of shop');
  });
});

describe('the list of points', () => {
  it('comes in pages, newest first, and of one environment', async () => {
    const { backUp, api, points } = await withShop();
    for (let count = 0; count < 3; count++) await backUp('shop');
    const all = await points();
    expect(all).toHaveLength(3);
    const page = pageSchema(recoveryPointSchema).parse(
      (await api('GET', '/v1/recovery-points?limit=2')).body,
    );
    expect(page.items).toEqual(all.slice(0, 2));
    expect(await points(`?limit=2&cursor=${page.next}`)).toEqual(all.slice(2));
    expect(await points('?environment=another')).toEqual([]);
    expect(await api('GET', '/v1/recovery-points?cursor=x')).toMatchObject({ status: 400 });
    expect(await api('GET', '/v1/recovery-points/ffff')).toMatchObject({ status: 404 });
  });
});
