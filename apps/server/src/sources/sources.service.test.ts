import { rm } from 'node:fs/promises';
import { sourceListSchema, sourceSchema } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { sourceKinds } from '@holdfast/sources';
import { createMemorySource } from '@holdfast/worker/testing';
import { describe, expect, it } from 'vitest';
import { fakeContainer } from '../testing/fake-docker.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { startTestServer } from '../testing/test-server.ts';

async function start() {
  const memory = createMemorySource();
  // Environments are sources, too; these tests are about the others.
  const others = sourceKinds.filter((kind) => kind.detectEnvironment === undefined);
  const test = await startTestServer({ ports: { sourceKinds: [memory, ...others] } });
  const list = async () => sourceListSchema.parse((await test.api('GET', '/v1/sources?refresh=true')).body);
  return { ...test, memory, list };
}

const labels = { 'memory.key': 'k' };

describe('discovered sources', () => {
  it('keep their id and history when the container is made anew', async () => {
    const { docker, list, memory, api, ended } = await start();
    const compose = { project: 'shop', service: 'db', number: 1 };
    docker.containers = [fakeContainer('shop_db_1', { labels, compose })];
    memory.content.set('k', new Map([['/k', 'x']]));
    await ended(await api('POST', '/v1/backups', { names: ['shop'] }));
    const [before] = (await list()).items;
    docker.containers = [];
    expect((await list()).items).toMatchObject([{ present: false, protected: false }]);
    docker.containers = [fakeContainer('shop-db-1', { labels, compose, id: 'another' })];
    const [after, ...more] = (await list()).items;
    expect(more).toEqual([]);
    expect(after).toMatchObject({ id: before?.id, name: 'shop-db-1', lastSuccess: before?.lastSuccess });
  });

  it('stay as they were while the engine is away, and one that vanishes midway is left out', async () => {
    const { docker, list } = await start();
    docker.containers = [fakeContainer('db', { labels })];
    await list();
    docker.failure = new HoldfastError('docker-permission-denied', 'EACCES');
    expect(await list()).toMatchObject({
      items: [{ name: 'db', protected: true }],
      warnings: [expect.stringContaining('EACCES')],
    });
    docker.failure = undefined;
    const inspect = docker.inspect.bind(docker);
    docker.inspect = () => Promise.reject(new HoldfastError('container-not-found', 'gone'));
    expect(await list()).toMatchObject({ items: [{ present: false }], warnings: [] });
    docker.inspect = () => Promise.reject(new HoldfastError('docker-failed', 'inspect is broken'));
    expect((await list()).warnings).toEqual([expect.stringContaining('inspect is broken')]);
    docker.inspect = inspect;
    expect(await list()).toMatchObject({ items: [{ present: true }] });
  });
});

describe('declared sources', () => {
  it('are backed up without an engine, and lose their protection with their path', async () => {
    const { docker, list, api } = await start();
    docker.failure = new HoldfastError('docker-unreachable', 'no engine');
    const folder = await temporaryFolder();
    const declared = await api('POST', '/v1/sources', { kind: 'directory', path: folder, name: 'files' });
    expect(declared.status).toBe(201);
    expect(sourceSchema.parse(declared.body)).toMatchObject({ name: 'files', declared: true, path: folder });
    expect((await list()).items).toMatchObject([{ name: 'files', protected: true }]);
    await rm(folder, { recursive: true });
    expect((await list()).items).toMatchObject([
      { protected: false, reason: expect.stringContaining('ENOENT') },
    ]);
  });

  it('are refused with a name or path that is taken, is not there, or is relative', async () => {
    const { api } = await start();
    const folder = await temporaryFolder();
    const declare = (body: object) => api('POST', '/v1/sources', { kind: 'directory', ...body });
    expect((await declare({ path: folder })).status).toBe(201);
    expect(await declare({ path: folder })).toMatchObject({ body: { code: 'conflict' } });
    expect(await declare({ path: `${folder}/absent` })).toMatchObject({
      body: { code: 'source-unreadable' },
    });
    expect(await declare({ path: 'relative' })).toMatchObject({ body: { code: 'invalid-input' } });
    expect(await declare({ path: '/', name: 'root' })).toMatchObject({ body: { code: 'invalid-input' } });
    expect(await declare({ path: folder, name: '../up' })).toMatchObject({ body: { code: 'invalid-input' } });
  });

  it('can be taken back; discovered ones cannot', async () => {
    const { api, docker, list } = await start();
    docker.containers = [fakeContainer('db', { labels })];
    await list();
    await api('POST', '/v1/sources', { kind: 'directory', path: await temporaryFolder(), name: 'files' });
    expect((await api('DELETE', '/v1/sources/files')).status).toBe(204);
    expect(await api('DELETE', '/v1/sources/db')).toMatchObject({ status: 409 });
    expect(await api('DELETE', '/v1/sources/nobody')).toMatchObject({ status: 404 });
    expect((await list()).items.map(({ name }) => name)).toEqual(['db']);
  });
});
