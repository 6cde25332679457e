import { statSync } from 'node:fs';
import { operationSchema, snapshotSchema, sourceListSchema } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fakeContainer } from './testing/fake-docker.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { ask, startTestServer } from './testing/test-server.ts';

const snapshotsSchema = z.object({ items: z.array(snapshotSchema) });

async function withShop(options: Parameters<typeof startTestServer>[0] = {}) {
  const test = await startTestServer(options);
  test.docker.containers = [fakeContainer('shop-db', { labels: { 'memory.key': 'shop' } })];
  test.source.content.set('shop', new Map([['/shop.dump', 'rows of the shop']]));
  return test;
}

describe('a backup', () => {
  it('goes from a container found just now to a recorded snapshot', async () => {
    const { api, ended } = await withShop();
    const started = await api('POST', '/v1/backups', { all: true });
    expect(started.status).toBe(202);
    const pass = await ended(started);
    expect(pass).toMatchObject({
      state: 'succeeded',
      items: [
        { source: 'shop-db', kind: 'memory', state: 'succeeded', destination: 'local', dataPath: 'memory' },
      ],
    });
    const { items } = snapshotsSchema.parse((await api('GET', '/v1/snapshots?source=shop-db')).body);
    expect(items).toMatchObject([
      { id: pass.items?.[0]?.snapshotId, source: 'shop-db', bytes: 16, counts: { '/shop.dump': 16 } },
    ]);
    const { items: sources } = sourceListSchema.parse((await api('GET', '/v1/sources?refresh=true')).body);
    expect(sources).toMatchObject([{ name: 'shop-db', protected: true, lastSuccess: expect.any(String) }]);
  });

  it('creates the repository once', async () => {
    const { api, ended, engine } = await withShop();
    await ended(await api('POST', '/v1/backups', { all: true }));
    await ended(await api('POST', '/v1/backups', { names: ['shop-db'] }));
    expect(engine.calls.filter((call) => call.startsWith('initialise'))).toHaveLength(1);
  });

  it('of one source that fails does not stop the others', async () => {
    const { api, ended, docker, source } = await withShop();
    docker.containers.push(fakeContainer('broken', { labels: { 'memory.key': 'absent' } }));
    source.content.set('other', new Map([['/o.dump', 'o']]));
    docker.containers.push(fakeContainer('other', { labels: { 'memory.key': 'other' } }));
    const pass = await ended(await api('POST', '/v1/backups', { all: true }));
    expect(pass.state).toBe('failed');
    expect(pass.error?.code).toBe('partly-failed');
    const states = pass.items?.map(({ source: name, state }) => [name, state]);
    expect(Object.fromEntries(states ?? [])).toEqual({
      broken: 'failed',
      other: 'succeeded',
      'shop-db': 'succeeded',
    });
  });

  it('of what is not protected says why', async () => {
    const { api, ended, docker } = await withShop();
    docker.containers = [
      fakeContainer('off', { labels: { 'memory.key': 'shop', 'holdfast.enable': 'false' } }),
    ];
    const pass = await ended(await api('POST', '/v1/backups', { names: ['off'] }));
    expect(pass.items?.[0]?.error).toMatchObject({ code: 'source-not-protected' });
    expect(pass.error?.code).toBe('source-not-protected');
  });

  it('of an unknown name is refused and stores nothing', async () => {
    const { api } = await withShop();
    const answer = await api('POST', '/v1/backups', { names: ['nobody'] });
    expect(answer).toMatchObject({
      status: 404,
      contentType: expect.stringContaining('application/problem+json'),
      body: { code: 'not-found' },
    });
    expect((await api('GET', '/v1/operations')).body).toEqual({ items: [] });
  });

  it('can be cancelled, and leaves nothing then', async () => {
    const { api, ended, engine, source } = await withShop();
    source.beforePart = (_path, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('gone')));
      });
    const started = await api('POST', '/v1/backups', { all: true });
    const { id } = z.object({ id: z.string() }).parse(started.body);
    await expect.poll(() => engine.calls.some((call) => call.startsWith('backupStream'))).toBe(true);
    await api('POST', `/v1/operations/${id}/cancel`);
    const pass = await ended(started);
    expect(pass).toMatchObject({ state: 'cancelled', items: [{ state: 'cancelled' }] });
    expect([...engine.repositories.values()].map((repository) => repository.size)).toEqual([0]);
  });
});

describe('without a Docker engine', () => {
  it('sources says why no containers are listed', async () => {
    const { api, docker } = await withShop();
    docker.failure = new HoldfastError('docker-unreachable', 'connect ENOENT /var/run/docker.sock');
    const answer = await api('GET', '/v1/sources?refresh=true');
    expect(answer.status).toBe(200);
    expect(sourceListSchema.parse(answer.body)).toEqual({
      items: [],
      discoveredAt: expect.any(String),
      warnings: [expect.stringContaining('connect ENOENT /var/run/docker.sock')],
    });
  });

  it('a pass over everything with nothing declared fails with the reason', async () => {
    const { api, ended, docker } = await withShop();
    docker.failure = new HoldfastError('docker-unreachable', 'no engine');
    const pass = await ended(await api('POST', '/v1/backups', { all: true }));
    expect(pass).toMatchObject({ state: 'failed', error: { code: 'docker-unreachable' } });
  });
});

describe('a restore', () => {
  it('wants the name of the source typed', async () => {
    const { api, ended } = await withShop();
    await ended(await api('POST', '/v1/backups', { all: true }));
    const answer = await api('POST', '/v1/restores', { source: 'shop-db', confirmation: 'shop' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'confirmation-required' } });
  });

  it('puts the latest snapshot back', async () => {
    const { api, ended, source } = await withShop();
    await ended(await api('POST', '/v1/backups', { all: true }));
    const operation = await ended(
      await api('POST', '/v1/restores', { source: 'shop-db', confirmation: 'shop-db' }),
    );
    expect(operation).toMatchObject({ state: 'succeeded', result: { restored: ['/shop.dump'] } });
    expect(source.restored).toEqual([new Map([['/shop.dump', 'rows of the shop']])]);
  });

  it('of an unknown snapshot, and in a form that the kind lacks, is refused', async () => {
    const { api, ended } = await withShop();
    await ended(await api('POST', '/v1/backups', { all: true }));
    const request = { source: 'shop-db', confirmation: 'shop-db' };
    expect(await api('POST', '/v1/restores', { ...request, snapshot: 'ffffff' })).toMatchObject({
      status: 404,
    });
    expect(await api('POST', '/v1/restores', { ...request, mode: 'in-place' })).toMatchObject({
      status: 400,
    });
    expect(await api('POST', '/v1/restores', { ...request, mode: 'beside' })).toMatchObject({ status: 400 });
  });
});

describe('retention and deletion', () => {
  it('forgets with one command for the repository, and with none where nothing goes', async () => {
    const { api, ended, engine } = await withShop({
      environment: { HOLDFAST_RETENTION_DAILY: '1', HOLDFAST_RETENTION_RECENT_HOURS: '0' },
    });
    await ended(await api('POST', '/v1/backups', { all: true }));
    expect(engine.calls.filter((call) => call.startsWith('forget'))).toHaveLength(0);
    await ended(await api('POST', '/v1/backups', { all: true }));
    await ended(await api('POST', '/v1/backups', { all: true }));
    expect(engine.calls.filter((call) => call.startsWith('forget'))).toHaveLength(2);
    const { items } = snapshotsSchema.parse((await api('GET', '/v1/snapshots')).body);
    expect(items).toHaveLength(1);
    expect([...engine.repositories.values()].map((repository) => repository.size)).toEqual([2]);
  });

  it('deletes the last good snapshot only with force', async () => {
    const { api, ended, engine } = await withShop();
    const pass = await ended(await api('POST', '/v1/backups', { all: true }));
    const id = pass.items?.[0]?.snapshotId ?? '';
    const route = `/v1/snapshots/${id}`;
    expect(await api('DELETE', route)).toMatchObject({ body: { code: 'confirmation-required' } });
    const confirmed = `${route}?confirmation=${id}`;
    expect(await api('DELETE', confirmed)).toMatchObject({ body: { code: 'last-good-snapshot' } });
    expect((await api('DELETE', `${confirmed}&force=true`)).status).toBe(204);
    expect([...engine.repositories.values()].map((repository) => repository.size)).toEqual([0]);
  });
});

describe('prune', () => {
  it('checks first, and refuses what the last check found damaged', async () => {
    const { api, ended, engine } = await withShop();
    await ended(await api('POST', '/v1/backups', { all: true }));
    const first = await ended(await api('POST', '/v1/prunes'));
    expect(first).toMatchObject({ state: 'succeeded', result: { repositories: 1, bytesFreed: 42 } });
    engine.failures.set('check', new HoldfastError('repository-corrupt', 'pack is damaged'));
    expect(await ended(await api('POST', '/v1/prunes'))).toMatchObject({
      error: { code: 'repository-corrupt' },
    });
    engine.failures.clear();
    const refused = await ended(await api('POST', '/v1/prunes'));
    expect(refused).toMatchObject({ error: { code: 'repository-check-failed' } });
    expect(await ended(await api('POST', '/v1/checks'))).toMatchObject({ state: 'succeeded' });
    expect(await ended(await api('POST', '/v1/prunes'))).toMatchObject({ state: 'succeeded' });
  });
});

describe('the ways in', () => {
  it('want the token of the data directory', async () => {
    const { server, dataDirectory } = await startTestServer({ mode: 'serve' });
    expect(statSync(dataDirectory).mode & 0o777).toBe(0o700);
    expect(statSync(`${dataDirectory}/holdfast.token`).mode & 0o777).toBe(0o600);
    expect(statSync(`${dataDirectory}/.env`).mode & 0o777).toBe(0o600);
    const stranger = { ...server, token: 'wrong' };
    expect(await ask(stranger, 'GET', '/v1/sources')).toMatchObject({
      status: 401,
      body: { code: 'unauthorised' },
    });
    expect(await ask(stranger, 'GET', '/healthz')).toMatchObject({ status: 200, body: { ok: true } });
    expect(await ask(stranger, 'GET', '/v1/nothing')).toMatchObject({ status: 401 });
    expect(await ask(server, 'GET', '/v1/nothing')).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
    const invalid = await ask(server, 'POST', '/v1/backups', { names: 5 });
    expect(invalid).toMatchObject({ status: 400, body: { code: 'invalid-input' } });
  });

  it('give the recovery kit out through the socket only, without the secrets of the storage', async () => {
    const test = await withShop({ mode: 'serve' });
    await test.ended(await test.api('POST', '/v1/backups', { all: true }));
    const kit = await test.api('GET', '/v1/key/kit');
    expect(kit).toMatchObject({
      status: 200,
      body: {
        password: expect.stringMatching(/^[\w-]{43}$/),
        repositories: [{ source: 'shop-db', repository: expect.stringContaining('restic/shop-db') }],
      },
    });
    const { url = '', token } = test.server;
    const headers = { authorization: `Bearer ${token}` };
    const overTcp = await fetch(`${url}/v1/key/kit`, { headers });
    expect(overTcp.status).toBe(403);
    expect((await fetch(`${url}/v1/doctor`, { headers })).status).toBe(200);
  });

  it('refuse a second Holdfast on the same directory', async () => {
    const { dataDirectory } = await startTestServer();
    await expect(startTestServer({ dataDirectory })).rejects.toMatchObject({ code: 'data-directory-in-use' });
  });

  it('refuse a data directory whose socket could not have its name', async () => {
    const dataDirectory = `${await temporaryFolder()}/${'long'.repeat(30)}`;
    await expect(startTestServer({ dataDirectory })).rejects.toMatchObject({
      code: 'data-directory-unusable',
    });
  });
});

describe('a start on a used directory', () => {
  it('refuses another master key', async () => {
    const dataDirectory = await temporaryFolder();
    const first = await withShop({ dataDirectory });
    await first.ended(await first.api('POST', '/v1/backups', { all: true }));
    await first.server.close();
    const environment = { HOLDFAST_MASTER_KEY: 'ab'.repeat(32) };
    await expect(startTestServer({ dataDirectory, environment })).rejects.toMatchObject({
      code: 'master-key-wrong',
    });
    const again = await startTestServer({ dataDirectory });
    const { items } = snapshotsSchema.parse((await again.api('GET', '/v1/snapshots')).body);
    expect(items).toHaveLength(1);
  });

  it('when closed, waits for what runs (embedded) or interrupts it (serve)', async () => {
    for (const mode of ['embedded', 'serve'] as const) {
      const dataDirectory = await temporaryFolder();
      const test = await withShop({ mode, dataDirectory });
      test.source.beforePart = waitFor(600);
      await test.api('POST', '/v1/backups', { all: true });
      await expect.poll(() => test.engine.calls.some((call) => call.startsWith('backupStream'))).toBe(true);
      await test.server.close();
      const again = await startTestServer({ dataDirectory });
      const list = await again.api('GET', '/v1/operations');
      const state = mode === 'embedded' ? 'succeeded' : 'interrupted';
      expect(list.body).toMatchObject({ items: [{ state, items: [{ state }] }] });
    }
  });

  it('when serving is stopped midway, ends what runs, begins nothing more, and does the rest at the next start', async () => {
    const dataDirectory = await temporaryFolder();
    const environment = { HOLDFAST_CONCURRENCY: '1' };
    const stopGraceMs = 5_000;
    const test = await withShop({ mode: 'serve', dataDirectory, environment, stopGraceMs });
    test.docker.containers.push(fakeContainer('second', { labels: { 'memory.key': 'shop' } }));
    test.source.beforePart = waitFor(400);
    await test.api('POST', '/v1/backups', { all: true });
    await expect.poll(() => test.engine.calls.some((call) => call.startsWith('backupStream'))).toBe(true);
    const begun = performance.now();
    await test.server.close();
    expect(performance.now() - begun).toBeLessThan(stopGraceMs - 1_000);

    const { docker, engine, source } = test;
    const ports = { docker, engine, sourceKinds: [source] };
    const again = await startTestServer({ mode: 'serve', dataDirectory, environment, ports });
    const list = async () =>
      z.object({ items: z.array(operationSchema) }).parse((await again.api('GET', '/v1/operations')).body)
        .items;
    await expect.poll(async () => (await list())[0]?.state, { timeout: 10_000 }).toBe('succeeded');
    const [repeated, stopped] = await list();
    expect(stopped?.items?.map(({ state }) => state).toSorted()).toEqual(['interrupted', 'succeeded']);
    expect(stopped?.state).toBe('interrupted');
    const missed = stopped?.items?.find(({ state }) => state === 'interrupted')?.source;
    expect(repeated).toMatchObject({ attempt: 2, items: [{ source: missed, state: 'succeeded' }] });
  });
});

/** Holds a backup up for a while, unless it is stopped. */
function waitFor(milliseconds: number) {
  return (_path: string, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      setTimeout(resolve, milliseconds);
      signal.addEventListener('abort', () => reject(new Error('gone')));
    });
}
