import {
  alertSchema,
  operationSchema,
  pageSchema,
  planPreviewSchema,
  planRetentionPreviewSchema,
  planSchema,
  snapshotSchema,
  sourceListSchema,
} from '@holdfast/contracts';
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { fakeContainer } from '../testing/fake-docker.ts';
import { startTestServer, type TestServerOptions } from '../testing/test-server.ts';

async function prepare(options: TestServerOptions = {}) {
  const test = await startTestServer(options);
  const { api, docker, source } = test;
  for (const name of ['shop-db', 'blog-db']) {
    docker.containers.push(fakeContainer(name, { labels: { 'memory.key': name } }));
    source.content.set(name, new Map([['/dump', `content of ${name}`]]));
  }
  const plans = async () => pageSchema(planSchema).parse((await api('GET', '/v1/plans')).body).items;
  const plan = async (name: string) => planSchema.parse((await api('GET', `/v1/plans/${name}`)).body);
  const sources = async () =>
    new Map(
      sourceListSchema.parse((await api('GET', '/v1/sources')).body).items.map((one) => [one.name, one]),
    );
  const passes = async (query = '') =>
    pageSchema(operationSchema).parse((await api('GET', `/v1/operations?kind=backup${query}`)).body).items;
  const snapshots = async () =>
    pageSchema(snapshotSchema)
      .parse((await api('GET', '/v1/snapshots')).body)
      .items.map((one) => one.source);
  return { ...test, plans, plan, sources, passes, snapshots };
}

it('come in pages, the default one first, then by name', async () => {
  const { api } = await prepare();
  for (const name of ['zebra', 'apple', 'early']) await api('POST', '/v1/plans', { name });
  const names: string[][] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page = pageSchema(planSchema).parse((await api('GET', `/v1/plans?limit=2${query}`)).body);
    names.push(page.items.map(({ name }) => name));
    cursor = page.next;
  }
  expect(names).toEqual([
    ['default', 'apple'],
    ['early', 'zebra'],
  ]);
  const afterFirst = pageSchema(planSchema).parse(
    (await api('GET', '/v1/plans?limit=1&cursor=default')).body,
  );
  expect(afterFirst.items.map(({ name }) => name)).toEqual(['apple']);
});

describe('the default plan', () => {
  it('is there from the first start, as the variables say, and follows them until a person edits it', async () => {
    const first = await prepare({
      environment: { HOLDFAST_BACKUP_CRON: '30 3 * * *', HOLDFAST_RETENTION_DAILY: '9' },
    });
    expect(await first.plans()).toMatchObject([
      {
        name: 'default',
        isDefault: true,
        followsSettings: true,
        enabled: true,
        cron: '30 3 * * *',
        words: 'At 03:30',
        schedule: { preset: 'daily', hour: 3, minute: 30 },
        timeZone: 'UTC',
        retention: { recentHours: 24, daily: 9, weekly: 4, monthly: 6 },
      },
    ]);
    await first.api('PATCH', '/v1/plans/default', { enabled: false });
    await first.server.close();
    const { dataDirectory } = first;
    const second = await prepare({ dataDirectory, environment: { HOLDFAST_BACKUP_CRON: '*/2 * * * *' } });
    expect(await second.plan('default')).toMatchObject({ cron: '*/2 * * * *', enabled: false });
    await second.api('PATCH', '/v1/plans/default', {
      jitterSeconds: 5,
      timeZone: 'Europe/Berlin',
      schedule: { preset: 'daily' },
    });
    await second.server.close();
    const third = await prepare({ dataDirectory, environment: { HOLDFAST_BACKUP_CRON: '0 5 * * *' } });
    expect(await third.plan('default')).toMatchObject({ cron: '0 2 * * *', followsSettings: false });
  });

  it('cannot be removed, nor given another name', async () => {
    const { api } = await prepare();
    expect(await api('DELETE', '/v1/plans/default')).toMatchObject({
      status: 409,
      body: { code: 'default-plan' },
    });
    expect(await api('PATCH', '/v1/plans/default', { name: 'other' })).toMatchObject({ status: 400 });
  });
});

describe('plans', () => {
  it('say how many sources each catches, when they are asked', async () => {
    const { api } = await prepare();
    await api('POST', '/v1/discovery');
    await api('POST', '/v1/plans', { name: 'shop', selector: { sources: ['shop-*'] } });
    await api('POST', '/v1/plans', { name: 'none' });
    const listed = pageSchema(planSchema).parse((await api('GET', '/v1/plans?coverage=true')).body);
    const counts = listed.items.map(({ name, catches }) => [name, catches]);
    expect(counts).toEqual([
      ['default', 1],
      ['none', 0],
      ['shop', 1],
    ]);
  });

  it('are made, found by name or id, edited and removed', async () => {
    const { api, plan } = await prepare();
    const added = await api('POST', '/v1/plans', {
      name: 'hourly',
      selector: { sources: ['shop-*'] },
      schedule: { preset: 'hourly', minute: 5 },
      timeZone: 'Europe/Berlin',
      destinations: ['local'],
      consistency: 'pause',
    });
    expect(added.status).toBe(201);
    const { id } = planSchema.parse(added.body);
    expect(await plan(id)).toMatchObject({ name: 'hourly', destinations: ['local'], consistency: 'pause' });
    await api('PATCH', '/v1/plans/hourly', { name: 'often', consistency: null, destinations: [] });
    const edited = await plan('often');
    expect(edited).toMatchObject({ id, cron: '5 * * * *', destinations: [] });
    expect(edited.consistency).toBeUndefined();
    expect((await api('POST', '/v1/plans', { name: 'often' })).body).toMatchObject({ code: 'conflict' });
    expect((await api('DELETE', '/v1/plans/often')).status).toBe(204);
    expect((await api('GET', '/v1/plans/often')).body).toMatchObject({ code: 'not-found' });
  });

  it.each([
    [{ schedule: { preset: 'custom', cron: 'soon' } }, 'schedule-invalid'],
    [{ schedule: { preset: 'custom', cron: '0 0 31 2 *' } }, 'schedule-never-due'],
    [{ schedule: { preset: 'custom', cron: '* * * * *' } }, 'schedule-too-often'],
    [{ timeZone: 'Mars/Olympus' }, 'time-zone-invalid'],
    [{ selector: { kinds: ['oracle'] } }, 'selector-invalid'],
    [{ destinations: ['nowhere'] }, 'not-found'],
    [{ name: '../x' }, 'invalid-input'],
  ])('%j are refused', async (fields, code) => {
    const { api, plans } = await prepare();
    const answer = await api('POST', '/v1/plans', { name: 'wrong', ...fields });
    expect(answer.body).toMatchObject({ code });
    expect(await plans()).toHaveLength(1);
  });

  it('can be tried before they are made', async () => {
    const { api, sources } = await prepare();
    await sources();
    const answer = await api('POST', '/v1/plans/preview', {
      selector: { sources: ['shop-*'] },
      schedule: { preset: 'daily', hour: 2, minute: 30 },
      timeZone: 'Europe/Berlin',
      count: 3,
    });
    const preview = planPreviewSchema.parse(answer.body);
    expect(preview).toMatchObject({ cron: '30 2 * * *', words: 'At 02:30', sources: [{ name: 'shop-db' }] });
    expect(preview.runs).toHaveLength(3);
    expect(preview.runs[0]?.local).toMatch(/ 02:30 \+0[12]:00$/);
    expect(preview.warnings).toHaveLength(2);
    const ofDefault = await api('POST', '/v1/plans/preview', { plan: 'default', count: 1 });
    expect(planPreviewSchema.parse(ofDefault.body).sources.map(({ name }) => name)).toEqual([
      'blog-db',
      'shop-db',
    ]);
    expect((await api('POST', '/v1/plans/preview', { timeZone: 'Nowhere' })).body).toMatchObject({
      code: 'time-zone-invalid',
    });
  });

  it('back up what they catch when told to, and nothing else; the label wins', async () => {
    const { api, ended, docker, passes, sources, snapshots } = await prepare();
    docker.containers = docker.containers.map((container) =>
      container.name === 'blog-db'
        ? fakeContainer('blog-db', { labels: { 'memory.key': 'blog-db', 'holdfast.plan': 'rare' } })
        : container,
    );
    await api('POST', '/v1/plans', { name: 'all', selector: { everything: true } });
    const { body } = await api('POST', '/v1/plans', { name: 'rare', schedule: { preset: 'weekly' } });
    const { id } = planSchema.parse(body);
    const pass = await ended(await api('POST', '/v1/plans/rare/run'));
    expect(pass).toMatchObject({ state: 'succeeded', planId: id, items: [{ source: 'blog-db' }] });
    expect(await snapshots()).toEqual(['blog-db']);
    expect((await passes(`&planId=${id}`)).map((one) => one.id)).toEqual([pass.id]);
    const found = await sources();
    expect([found.get('blog-db')?.plans, found.get('shop-db')?.plans]).toEqual([['rare'], ['all']]);
    expect(found.get('shop-db')).toMatchObject({
      overdue: false,
      protected: true,
      nextRun: expect.any(String),
    });
  });

  it('go to each of their destinations, whichever of them is gone', async () => {
    const { api, ended, dataDirectory, snapshots } = await prepare();
    const second = { name: 'second', kind: 'local', settings: { path: `${dataDirectory}/second` } };
    expect((await api('POST', '/v1/destinations', second)).status).toBe(201);
    await api('POST', '/v1/plans', {
      name: 'both',
      selector: { sources: ['shop-db'] },
      destinations: ['second', 'local'],
    });
    const pass = await ended(await api('POST', '/v1/plans/both/run'));
    expect(pass.items?.map(({ destination, state }) => [destination, state])).toEqual([
      ['second', 'succeeded'],
      ['local', 'succeeded'],
    ]);
    await api('DELETE', '/v1/destinations/second?force=true');
    const next = await ended(await api('POST', '/v1/plans/both/run'));
    expect(next).toMatchObject({ state: 'failed', error: { code: 'not-found' } });
    expect(next.items?.map(({ destination }) => destination)).toEqual(['local']);
    expect(await snapshots()).toEqual(['shop-db', 'shop-db']);
  });

  it('keep snapshots by their own policy, which can be tried first', async () => {
    const { api, ended } = await prepare();
    const policy = { recentHours: 0, daily: 1, weekly: 0, monthly: 0 };
    await api('POST', '/v1/plans', { name: 'shop', selector: { sources: ['shop-db'] } });
    for (let times = 0; times < 2; times += 1) {
      await ended(await api('POST', '/v1/plans/shop/run'));
      await ended(await api('POST', '/v1/plans/default/run'));
    }
    const preview = async (query: string) => {
      const { body } = await api('GET', `/v1/plans/shop/retention-preview${query}`);
      const { items } = planRetentionPreviewSchema.parse(body);
      return items.map(({ source, keep }) => `${source} ${keep ? 'stays' : 'goes'}`).toSorted();
    };
    expect(await preview('')).toEqual(['shop-db stays', 'shop-db stays']);
    expect(await preview('?recentHours=0&daily=1&weekly=0&monthly=0')).toEqual([
      'shop-db goes',
      'shop-db stays',
    ]);
    await api('PATCH', '/v1/plans/shop', { retention: policy });
    await ended(await api('POST', '/v1/retention'));
    expect(await preview('')).toEqual(['shop-db stays']);
  });
});

describe('plans that come due', () => {
  const nightly = { schedule: { preset: 'daily', hour: 2, minute: 0 } };

  async function serving() {
    const clock = createFakeClock('2026-11-22T01:00:00Z');
    const test = await prepare({ mode: 'serve', ports: { clock } });
    await test.sources();
    const backups = async () => {
      const all = await test.passes();
      return all.some(({ state }) => state === 'queued' || state === 'running') ? undefined : all;
    };
    /** The scheduler looks at once when a plan is edited. */
    const jumpTo = async (time: string) => {
      clock.jumpTo(time);
      await test.api('PATCH', '/v1/plans/default', { enabled: true });
    };
    return { ...test, clock, jumpTo, backups };
  }

  it('take a source that several of them catch once, and all report it', async () => {
    const { api, jumpTo, backups, snapshots, passes } = await serving();
    await api('POST', '/v1/plans', { ...nightly, name: 'a', selector: { sources: ['shop-db'] } });
    await api('POST', '/v1/plans', { ...nightly, name: 'b', selector: { everything: true } });
    await jumpTo('2026-11-22T02:00:00Z');
    await expect.poll(async () => (await backups())?.length, { timeout: 20_000 }).toBe(3);
    expect((await passes()).map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect((await snapshots()).toSorted()).toEqual(['blog-db', 'shop-db']);
  });
});

describe('what nothing backs up', () => {
  it('is shown as not protected, with the reason', async () => {
    const { api, sources } = await prepare();
    await api('PATCH', '/v1/plans/default', { enabled: false });
    expect((await sources()).get('shop-db')).toMatchObject({
      protected: false,
      reason: 'Its plan default is paused.',
      plans: ['default'],
    });
    const { body } = await api('GET', '/v1/alerts');
    expect(pageSchema(alertSchema).parse(body).items).toEqual([]);
  });
});
