import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  alertSchema,
  doctorReportSchema,
  drillSchema,
  retentionDecisionSchema,
  snapshotSchema,
  sourceListSchema,
} from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fakeContainer } from '../testing/fake-docker.ts';
import { startTestServer } from '../testing/test-server.ts';

const itemsOf = <T extends z.ZodType>(schema: T, body: unknown): z.infer<T>[] =>
  z.object({ items: z.array(schema) }).parse(body).items;

async function withBackup(options: Parameters<typeof startTestServer>[0] = {}) {
  const test = await startTestServer(options);
  test.docker.containers = [
    fakeContainer('shop-db', { labels: { 'memory.key': 'shop', 'holdfast.environment': 'shop' } }),
    fakeContainer('shop-cache', { labels: { 'memory.key': 'cache', 'holdfast.environment': 'shop' } }),
  ];
  test.source.content.set('shop', new Map([['/shop.dump', 'rows of the shop']]));
  test.source.content.set('cache', new Map([['/cache.dump', 'keys']]));
  const backUp = async () => test.ended(await test.api('POST', '/v1/backups', { all: true }));
  await backUp();
  const drill = async (body: unknown) => test.ended(await test.api('POST', '/v1/drills', body));
  return {
    ...test,
    backUp,
    drill,
    alerts: async (state = 'open') =>
      itemsOf(alertSchema, (await test.api('GET', `/v1/alerts?state=${state}`)).body),
    snapshots: async () =>
      itemsOf(snapshotSchema, (await test.api('GET', '/v1/snapshots?source=shop-db')).body),
    history: async () => itemsOf(drillSchema, (await test.api('GET', '/v1/drills')).body),
  };
}

describe('a drill', () => {
  it('proves a snapshot: on it, on its source, and in the history', async () => {
    const { api, drill, source, snapshots, history } = await withBackup();
    const pass = await drill({ name: 'shop-db' });
    expect(pass).toMatchObject({
      state: 'succeeded',
      drills: [{ source: 'shop-db', kind: 'memory', state: 'succeeded', compared: { '/shop.dump': 16 } }],
    });
    const [snapshot] = await snapshots();
    expect(snapshot?.proof).toMatchObject({ compared: { '/shop.dump': 16 }, durationMs: expect.any(Number) });
    const { items } = sourceListSchema.parse((await api('GET', '/v1/sources?refresh=true')).body);
    const shop = items.find(({ name }) => name === 'shop-db');
    expect(shop).toMatchObject({ lastVerified: expect.any(String), recoveryMs: snapshot?.proof?.durationMs });
    expect(await history()).toMatchObject([{ source: 'shop-db', ok: true, snapshotId: snapshot?.id }]);
    // Only what a restore reads was touched, and the folder is gone.
    expect(source.restored).toEqual([]);
    expect(existsSync(source.drilled[0]?.folder ?? '/')).toBe(false);
  });

  it('of an environment goes over its members one after the other', async () => {
    const { drill, source } = await withBackup();
    let atOnce = 0;
    source.beforeDrill = async () => {
      atOnce += 1;
      expect(atOnce).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 100));
      atOnce -= 1;
    };
    const pass = await drill({ name: 'shop' });
    expect(pass.drills?.map(({ source: name, state }) => `${name} ${state}`).toSorted()).toEqual([
      'shop-cache succeeded',
      'shop-db succeeded',
    ]);
  });

  it('does not keep a backup of its source waiting', async () => {
    const { api, ended, source, backUp } = await withBackup();
    const { promise: going, resolve: go } = Promise.withResolvers<void>();
    source.beforeDrill = () => going;
    const started = await api('POST', '/v1/drills', { name: 'shop-db' });
    expect((await backUp()).state).toBe('succeeded');
    go();
    expect((await ended(started)).state).toBe('succeeded');
  });

  it('that fails is recorded, and an alert until one succeeds', async () => {
    const { api, drill, source, alerts, history, snapshots } = await withBackup();
    source.beforeDrill = () => {
      throw new HoldfastError('restore-verification-failed', 'orders has 999, had 1000');
    };
    const pass = await drill({ name: 'shop-db' });
    expect(pass).toMatchObject({
      state: 'failed',
      error: { code: 'restore-verification-failed' },
      drills: [{ source: 'shop-db', state: 'failed', error: { detail: 'orders has 999, had 1000' } }],
    });
    await drill({ name: 'shop-db' });
    const [alert, ...others] = await alerts();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      code: 'drill-failed',
      subject: { name: 'shop-db' },
      occurrences: 2,
    });
    expect(alert?.message).toContain('orders has 999, had 1000');
    expect(await history()).toMatchObject([{ ok: false }, { ok: false }]);
    expect((await snapshots())[0]?.proof).toBeUndefined();
    const report = doctorReportSchema.parse((await api('GET', '/v1/doctor')).body);
    expect(report.ok).toBe(false);
    expect(report.checks).toContainEqual(
      expect.objectContaining({ name: 'alert drill-failed shop-db', state: 'failed' }),
    );

    source.beforeDrill = () => {};
    await drill({ name: 'shop-db' });
    expect(await alerts()).toEqual([]);
    expect(await alerts('all')).toMatchObject([{ state: 'resolved', occurrences: 2 }]);
  });

  it('that fails leaves the last proven snapshot to retention, however old', async () => {
    const keepLittle = {
      HOLDFAST_RETENTION_RECENT_HOURS: '0',
      HOLDFAST_RETENTION_DAILY: '1',
      HOLDFAST_RETENTION_WEEKLY: '0',
      HOLDFAST_RETENTION_MONTHLY: '0',
    };
    const { api, backUp, drill, ended, source, snapshots } = await withBackup({ environment: keepLittle });
    await drill({ name: 'shop-db' });
    const [proven] = await snapshots();
    source.beforeDrill = () => {
      throw new HoldfastError('restore-verification-failed', 'not equal');
    };
    await backUp();
    await drill({ name: 'shop-db' });
    await backUp();
    await ended(await api('POST', '/v1/retention'));
    const kept = await snapshots();
    expect(kept.map(({ id }) => id)).toContain(proven?.id);
    expect(kept).toHaveLength(2);
    const preview = itemsOf(retentionDecisionSchema, (await api('GET', '/v1/retention/preview')).body);
    expect(preview.find(({ snapshotId }) => snapshotId === proven?.id)?.reasons).toEqual([
      'the last proven one',
    ]);
  });

  it('that is cancelled is no verdict', async () => {
    const { api, ended, source, alerts, history } = await withBackup();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    source.beforeDrill = (_folder, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('ended')));
        begin();
      });
    const started = await api('POST', '/v1/drills', { name: 'shop-db' });
    await begun;
    const { id } = z.object({ id: z.string() }).parse(started.body);
    await api('POST', `/v1/operations/${id}/cancel`);
    expect((await ended(started)).state).toBe('cancelled');
    expect(await alerts()).toEqual([]);
    expect(await history()).toEqual([]);
  });

  it('is refused for what has no snapshot, no drill, or does not exist', async () => {
    const { api, docker, source } = await withBackup();
    expect(await api('POST', '/v1/drills', { name: 'nobody' })).toMatchObject({ status: 404 });
    docker.containers.push(fakeContainer('new-db', { labels: { 'memory.key': 'new' } }));
    expect(await api('POST', '/v1/drills', { name: 'new-db' })).toMatchObject({ status: 404 });
    expect(await api('POST', '/v1/drills', { name: 'shop', snapshot: 'abcd' })).toMatchObject({
      status: 400,
    });
    const { drill: _drill, ...undrillable } = source;
    Object.assign(source, { ...undrillable, drill: undefined });
    expect(await api('POST', '/v1/drills', { name: 'shop-db' })).toMatchObject({
      status: 422,
      body: { code: 'drill-not-possible' },
    });
  });
});

describe('what a dead drill left in its folder', () => {
  it('is removed when the server starts', async () => {
    const first = await startTestServer({ mode: 'serve' });
    await first.server.close();
    const left = path.join(first.dataDirectory, 'drills', 'dead-operation');
    await mkdir(left, { recursive: true });
    const second = await startTestServer({ mode: 'serve', dataDirectory: first.dataDirectory });
    await expect.poll(() => readdir(path.join(first.dataDirectory, 'drills'))).toEqual([]);
    await second.server.close();
  });
});

describe('a suspicious snapshot', () => {
  it('is an alert until it is confirmed or deleted', async () => {
    const { api, alerts, backUp, snapshots, source } = await withBackup();
    source.content.set('shop', new Map([['/shop.dump', 'r'.repeat(2_000_000)]]));
    await backUp();
    source.content.set('shop', new Map([['/shop.dump', 'rows']]));
    await backUp();
    await backUp();
    expect(await alerts()).toMatchObject([
      { code: 'snapshot-suspicious', subject: { name: 'shop-db' }, occurrences: 2 },
    ]);
    const [latest, before] = await snapshots();
    expect([latest?.state, before?.state]).toEqual(['suspicious', 'suspicious']);
    const deleted = await api('DELETE', `/v1/snapshots/${latest?.id}?confirmation=${latest?.id}`);
    expect(deleted.status).toBe(204);
    expect(await alerts()).toHaveLength(1);
    await api('POST', `/v1/snapshots/${before?.id}/confirm`);
    expect(await alerts()).toEqual([]);
  });
});
