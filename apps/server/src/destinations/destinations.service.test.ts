import { readFileSync } from 'node:fs';
import path from 'node:path';
import { destinationSchema, pageSchema } from '@holdfast/contracts';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { startTestServer, type TestServerOptions } from '../testing/test-server.ts';

async function start(options: TestServerOptions = {}) {
  const test = await startTestServer(options);
  const list = async () =>
    pageSchema(destinationSchema).parse((await test.api('GET', '/v1/destinations')).body).items;
  return { ...test, list };
}

const s3 = {
  HOLDFAST_S3_ENDPOINT: 'http://127.0.0.1:9',
  HOLDFAST_S3_BUCKET: 'backups',
  HOLDFAST_S3_ACCESS_KEY: 'AKIAEXAMPLE',
  HOLDFAST_S3_SECRET_KEY: 'a-very-secret-key',
};

describe('destinations', () => {
  it('begin with a folder beside the state', async () => {
    const { list, dataDirectory } = await start();
    const location = path.join(dataDirectory, 'destinations', 'local');
    expect(await list()).toMatchObject([{ name: 'local', isDefault: true, location, snapshots: 0 }]);
  });

  it('follow the S3 variables, whose secret is nowhere in the clear', async () => {
    const dataDirectory = await temporaryFolder();
    await (await start({ dataDirectory })).server.close();
    const { list, api, server } = await start({ dataDirectory, environment: s3 });
    expect((await list()).map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['local', false],
      ['s3', true],
    ]);
    const answers = [await api('GET', '/v1/destinations'), await api('GET', '/v1/doctor')];
    expect(JSON.stringify(answers)).not.toContain('a-very-secret-key');
    await server.close();
    for (const file of ['holdfast.db', '.env']) {
      expect(readFileSync(path.join(dataDirectory, file)).includes('a-very-secret-key')).toBe(false);
    }
    const again = await start({ dataDirectory });
    expect((await again.list()).find(({ isDefault }) => isDefault)?.name).toBe('local');
  });

  it('are probed before they are added, and kept only with force when that fails', async () => {
    const { api, list } = await start();
    const bad = { name: 'usb', kind: 'local', settings: { path: '/proc/holdfast-cannot-be-here' } };
    const refused = await api('POST', '/v1/destinations', bad);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.body).toMatchObject({ code: expect.stringMatching(/^destination-/) });
    expect(await list()).toHaveLength(1);
    expect(await api('POST', '/v1/destinations', { ...bad, force: true })).toMatchObject({
      status: 201,
      body: {
        destination: { name: 'usb', isDefault: false, lastProbe: { ok: false } },
        probe: { ok: false },
      },
    });
    expect(await api('POST', '/v1/destinations/usb/probe')).toMatchObject({
      status: 200,
      body: { ok: false },
    });
    expect((await api('DELETE', '/v1/destinations/usb')).status).toBe(204);
    expect(await list()).toHaveLength(1);
  });

  it('can be tried without being added: each step is told, and what to do', async () => {
    const { api, list } = await start();
    const attempt = (settings: object) => api('POST', '/v1/destinations/try', { kind: 'local', settings });
    expect(await attempt({ path: '/proc/holdfast-cannot-be-here' })).toMatchObject({
      status: 200,
      body: { ok: false, steps: [{ step: 'connect', ok: false }], error: { hint: expect.any(String) } },
    });
    const steps = ['connect', 'write', 'read', 'list', 'delete'].map((step) => ({ step, ok: true }));
    expect(await attempt({ path: await temporaryFolder() })).toMatchObject({ body: { ok: true, steps } });
    expect(await list()).toHaveLength(1);
  });

  it('keep each step of the last probe, and one is the default at a time', async () => {
    const { api, list } = await start();
    await api('POST', '/v1/destinations', {
      name: 'usb',
      kind: 'local',
      settings: { path: await temporaryFolder() },
    });
    expect(await api('PATCH', '/v1/destinations/usb', { isDefault: true })).toMatchObject({
      status: 200,
      body: { name: 'usb', isDefault: true },
    });
    expect(await list()).toMatchObject([
      { name: 'local', isDefault: false },
      {
        name: 'usb',
        isDefault: true,
        onThisMachine: true,
        space: { freeBytes: expect.any(Number) },
        lastProbe: { ok: true, steps: expect.arrayContaining([expect.objectContaining({ step: 'delete' })]) },
      },
    ]);
  });

  it('have one name each, a known kind and valid settings', async () => {
    const { api } = await start();
    const settings = { path: await temporaryFolder() };
    const add = (body: object) =>
      api('POST', '/v1/destinations', { name: 'x', kind: 'local', settings, ...body });
    expect(await add({ name: 'local' })).toMatchObject({ body: { code: 'conflict' } });
    expect(await add({ kind: 'floppy' })).toMatchObject({ body: { code: 'invalid-input' } });
    expect(await add({ settings: { folder: 'x' } })).toMatchObject({ body: { code: 'invalid-input' } });
    expect(await add({ name: '../x' })).toMatchObject({ body: { code: 'invalid-input' } });
    expect(await add({ makeDefault: true })).toMatchObject({ body: { destination: { isDefault: true } } });
  });
});
