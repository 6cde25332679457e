import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Source, sourceListSchema, sourceNameSchema } from '@holdfast/contracts';
import type { EngineVolume } from '@holdfast/docker';
import { Secret } from '@holdfast/runtime';
import { sourceKinds } from '@holdfast/sources';
import { createMemorySource } from '@holdfast/worker/testing';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { fakeContainer } from '../testing/fake-docker.ts';
import { createMemoryEnvironments, createMemoryVolumes } from '../testing/memory-kinds.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { startTestServer } from '../testing/test-server.ts';

const anonymous = 'ab'.repeat(32);

async function start(environment: Record<string, string> = {}) {
  const memory = createMemorySource();
  const detect = memory.detect?.bind(memory);
  const database = {
    ...memory,
    detect: (container: Parameters<NonNullable<typeof detect>>[0]) => {
      const found = detect?.(container);
      return found === undefined ? undefined : { ...found, dataPaths: ['/var/lib/db'] };
    },
  };
  const volumes = createMemoryVolumes();
  const kinds = [database, volumes.kind, createMemoryEnvironments().kind, ...sourceKinds];
  const test = await startTestServer({ environment, ports: { sourceKinds: kinds } });
  const list = async () => sourceListSchema.parse((await test.api('GET', '/v1/sources?refresh=true')).body);
  const byName = async () =>
    Object.fromEntries((await list()).items.map((source): [string, Source] => [source.name, source]));
  return { ...test, list, byName };
}

const volume = (name: string, destination: string, source = `/v/${name}/_data`) => ({
  type: 'volume',
  name,
  source,
  destination,
  readWrite: true,
});
const bind = (source: string, destination: string) => ({
  type: 'bind',
  source,
  destination,
  readWrite: true,
});
const engineVolume = (name: string, labels: Record<string, string> = {}): EngineVolume => ({
  name,
  labels,
  driver: 'local',
  mountpoint: `/v/${name}/_data`,
  options: {},
});
const compose = (project: string, service: string) => ({ compose: { project, service, number: 1 } });
const database = { labels: { 'memory.key': 'k' } };

describe('volumes and mounted folders', () => {
  it('are sources in the environment of those who use them', async () => {
    const { docker, byName } = await start();
    docker.containers = [
      fakeContainer('shop-web-1', {
        ...compose('shop', 'web'),
        mounts: [
          volume('shop_files', '/files'),
          volume('both', '/both'),
          bind('/srv/shop/conf', '/etc/shop'),
        ],
      }),
      fakeContainer('shop-job-1', { ...compose('shop', 'job'), mounts: [volume('shop_files', '/in')] }),
      fakeContainer('blog-web-1', { ...compose('blog', 'web'), mounts: [volume('both', '/both')] }),
      fakeContainer('alone', { state: 'exited', mounts: [volume('data', '/data')] }),
      fakeContainer('memory', {
        mounts: [{ type: 'tmpfs', source: '', destination: '/t', readWrite: true }],
      }),
    ];
    expect(await byName()).toMatchObject({
      shop_files: { kind: 'memory-files', environment: 'shop', protected: true, volume: 'shop_files' },
      both: { environment: 'both', protected: true },
      conf: { environment: 'shop', protected: true, path: '/srv/shop/conf' },
      data: { environment: 'alone', protected: true },
      'shop.environment': { kind: 'memory-environment', environment: 'shop', protected: true },
    });
    const names = Object.keys(await byName()).toSorted();
    expect(names).toEqual(['both', 'conf', 'data', 'shop.environment', 'shop_files']);
  });

  it('that hold what is dumped are listed and left out, unless their label says otherwise', async () => {
    const { docker, byName } = await start();
    docker.containers = [
      fakeContainer('db', {
        ...database,
        mounts: [
          volume('at', '/var/lib/db'),
          volume('above', '/var/lib'),
          volume('below', '/var/lib/db/wal'),
          volume('beside', '/var/lib/db-backups'),
          volume('both', '/var/lib/db/also'),
          bind('/srv/db', '/var/lib/db'),
        ],
      }),
      fakeContainer('off', {
        labels: { ...database.labels, 'holdfast.enable': 'false' },
        mounts: [volume('its', '/var/lib/db')],
      }),
      fakeContainer('stopped', { ...database, state: 'exited', mounts: [volume('old', '/var/lib/db')] }),
    ];
    docker.volumes = [engineVolume('both', { 'holdfast.enable': 'true' })];
    const found = await byName();
    for (const name of ['at', 'above', 'below']) {
      const reason =
        'It holds the data of db, which is dumped anyway; the label holdfast.enable=true backs it up, too.';
      expect(found[name]).toMatchObject({ protected: false, reason });
    }
    expect(found['db']?.protected).toBe(true);
    expect(found['beside']?.protected).toBe(true);
    expect(found['both']?.protected).toBe(true);
    expect(found['db-memory-files'] ?? found['srv-db']).toMatchObject({
      protected: false,
      reason: expect.stringContaining('holdfast sources add directory "/srv/db"'),
    });
    expect(found['its']?.reason).toContain('switches off every container');
    expect(found['old']).toMatchObject({ protected: false, reason: expect.stringContaining('to be dumped') });
  });

  it('go by their own labels, the settings for them or a container, and say when nobody uses them', async () => {
    const { docker, byName } = await start({ HOLDFAST_DISCOVERY_NAMES: 'web-*, picked' });
    docker.containers = [
      fakeContainer('web-1', { mounts: [volume('one', '/1'), volume('off', '/2'), volume('renamed', '/3')] }),
      fakeContainer('other', { mounts: [volume('picked', '/1'), volume('left', '/2'), volume('on', '/3')] }),
    ];
    docker.volumes = [
      engineVolume('off', { 'holdfast.enable': 'false' }),
      engineVolume('on', { 'holdfast.enable': 'true' }),
      engineVolume('renamed', { 'holdfast.name': 'uploads', 'holdfast.environment': 'shop' }),
      engineVolume('unused'),
      engineVolume('kept', { 'holdfast.enable': 'true', 'com.docker.compose.project': 'gone' }),
      engineVolume('ab'.repeat(32)),
    ];
    const found = await byName();
    const reasons = Object.fromEntries(Object.values(found).map(({ name, reason }) => [name, reason]));
    expect(reasons).toEqual({
      one: undefined,
      off: expect.stringContaining('holdfast.enable=false'),
      uploads: undefined,
      picked: undefined,
      left: expect.stringContaining('HOLDFAST_DISCOVERY_NAMES'),
      on: undefined,
      unused: expect.stringContaining('HOLDFAST_DISCOVERY_NAMES'),
      kept: undefined,
    });
    expect(found['uploads']?.environment).toBe('shop');
    expect(found['kept']?.environment).toBe('gone');
    const open = await start();
    open.docker.volumes = [engineVolume('unused')];
    expect((await open.byName())['unused']).toMatchObject({
      protected: false,
      reason: 'No container uses it; the label holdfast.enable=true protects it anyway.',
    });
  });

  it('are known behind a proxy that allows no volumes, with a warning', async () => {
    const { docker, list } = await start();
    docker.containers = [fakeContainer('web', { mounts: [volume('files', '/files')] })];
    docker.volumesRefused = true;
    expect(await list()).toMatchObject({
      items: [{ name: 'files', protected: true }],
      warnings: [expect.stringContaining('Labels of volumes')],
    });
  });

  it('that hold Holdfast itself are left out', async () => {
    const { docker, byName, dataDirectory } = await start();
    docker.containers = [
      fakeContainer('holdfast', {
        environment: new Map([['HOLDFAST_DATA_DIR', new Secret('/data')]]),
        mounts: [volume('state', '/data')],
      }),
      fakeContainer('explorer', {
        mounts: [bind(path.dirname(dataDirectory), '/host'), bind('/srv/other', '/o')],
      }),
    ];
    docker.local = true;
    const own = { protected: false, reason: expect.stringContaining('Holdfast itself') };
    expect(await byName()).toMatchObject({ state: own, tmp: own, other: { protected: true } });
  });
});

describe('names of mounts', () => {
  it('are made for anonymous volumes, which are found again when their container is made anew', async () => {
    const { docker, list } = await start();
    const web = (name: string) =>
      fakeContainer('shop-web-1', {
        ...compose('shop', 'web'),
        mounts: [volume(name, '/var/www/html data')],
      });
    docker.containers = [web(anonymous)];
    const before = (await list()).items.find(({ kind }) => kind === 'memory-files');
    expect(before).toMatchObject({
      name: 'shop-web-1-var-www-html-data',
      protected: true,
      environment: 'shop',
    });
    docker.containers = [web('cd'.repeat(32))];
    const after = (await list()).items.filter(({ kind }) => kind === 'memory-files');
    expect(after).toMatchObject([
      { id: before?.id, name: before?.name, volume: 'cd'.repeat(32), present: true },
    ]);
  });

  it('never take one from a container, and never cost a mount its protection', async () => {
    const { docker, list, byName } = await start();
    docker.containers = [
      fakeContainer('a', { mounts: [volume('redis', '/data'), bind('/srv/1/www', '/1')] }),
    ];
    const before = await byName();
    docker.containers.push(
      fakeContainer('redis', database),
      fakeContainer('b', { mounts: [bind('/srv/2/www', '/1'), bind('/srv/3/www', '/2')] }),
    );
    const after = (await list()).items;
    expect(after.every((source) => source.protected)).toBe(true);
    expect(new Set(after.map(({ name }) => name)).size).toBe(after.length);
    const name = (id: string | undefined) => after.find((source) => source.id === id)?.name;
    expect(name(before['www']?.id)).toBe('www');
    expect(name(before['redis']?.id)).toBe('redis-memory-files');
    expect(after.find(({ container }) => container === 'redis')?.name).toBe('redis');
    // Nothing moves when the rival is gone, nor when everything is looked at once more.
    docker.containers = docker.containers.filter((container) => container.name !== 'redis');
    expect((await list()).items.find(({ id }) => id === before['redis']?.id)?.name).toBe(
      'redis-memory-files',
    );
  });

  it('are safe whatever the engine says', async () => {
    const { docker, list } = await start();
    const odd = ['/srv/a b', '/srv/$(reboot)', '/srv/-rf', '/srv/"\n', '/srv/…', '/'];
    docker.containers = [
      fakeContainer('c', { mounts: odd.map((source, index) => bind(source, `/${index}`)) }),
    ];
    docker.volumes = [engineVolume('v', { 'holdfast.name': 'two words', 'holdfast.enable': 'true' })];
    const { items } = await list();
    expect(items).toHaveLength(odd.length + 1);
    for (const { name, reason } of items) {
      expect(sourceNameSchema.safeParse(name).success).toBe(true);
      expect(reason ?? '').not.toContain('\n');
    }
    expect(items.find(({ name }) => name === 'v')?.reason).toContain('"two words"');
  });
});

describe('what is gone', () => {
  it('is listed as such, and is itself again when it comes back', async () => {
    const { docker, byName } = await start();
    const containers = [
      fakeContainer('shop-web-1', { ...compose('shop', 'web'), mounts: [volume('shop_files', '/files')] }),
    ];
    docker.containers = containers;
    const before = await byName();
    docker.containers = [];
    expect(await byName()).toMatchObject({
      shop_files: { id: before['shop_files']?.id, present: false, protected: false },
      'shop.environment': { present: false, protected: false },
    });
    docker.containers = containers;
    expect(await byName()).toEqual(before);
    docker.containers = [fakeContainer('shop-web-1', compose('shop', 'web'))];
    expect((await byName())['shop.environment']).toMatchObject({
      present: true,
      protected: false,
      reason: 'No source of this environment is protected.',
    });
  });
});

describe('SQLite files in protected folders', () => {
  async function withFolder() {
    const test = await start();
    const folder = await temporaryFolder();
    const make = async (...parts: string[]) => {
      const file = path.join(folder, ...parts);
      await mkdir(path.dirname(file), { recursive: true });
      const made = new Database(file);
      made.exec('CREATE TABLE t (i)');
      made.close();
      return file;
    };
    return { ...test, folder, make };
  }

  it('are sources of their own beside the folder, and stay the same ones', async () => {
    const { docker, byName, folder, make } = await withFolder();
    docker.local = true;
    const file = await make('deep', 'app.db');
    await make('dumped', 'hidden.db');
    const mount = volume('shop_files', '/files', folder);
    docker.containers = [
      fakeContainer('shop-web-1', { ...compose('shop', 'web'), mounts: [mount] }),
      fakeContainer('db', { ...database, mounts: [bind(path.join(folder, 'dumped'), '/var/lib/db')] }),
    ];
    const found = await byName();
    expect(found['shop_files-app']).toMatchObject({
      kind: 'sqlite',
      environment: 'shop',
      protected: true,
      path: file,
    });
    expect(Object.values(found).filter(({ kind }) => kind === 'sqlite')).toHaveLength(1);
    expect((await byName())['shop_files-app']?.id).toBe(found['shop_files-app']?.id);
  });

  it('are found in declared folders without an engine, and once only where they are declared, too', async () => {
    const { docker, api, byName, folder, make } = await withFolder();
    docker.containers = [fakeContainer('web', { mounts: [bind(folder, '/files')] })];
    await make('one.db');
    const two = await make('two.db');
    const other = await temporaryFolder();
    // With the engine on another host, its paths mean nothing here.
    expect(Object.values(await byName()).some(({ kind }) => kind === 'sqlite')).toBe(false);
    docker.containers = [];
    await api('POST', '/v1/sources', { kind: 'sqlite', path: two, name: 'declared' });
    await api('POST', '/v1/sources', { kind: 'directory', path: folder, name: 'files', environment: 'shop' });
    await api('POST', '/v1/sources', { kind: 'directory', path: other, name: 'none' });
    const found = Object.values(await byName()).filter(({ kind, present }) => kind === 'sqlite' && present);
    expect(found).toMatchObject([
      { name: 'declared', environment: 'declared' },
      { name: 'files-one', environment: 'shop' },
    ]);
  });
});
