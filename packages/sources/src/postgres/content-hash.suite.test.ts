import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testContext } from '../testing/context.ts';
import {
  FolderStore,
  failOnLeakedContainers,
  type PostgresContainer,
  type StoredSnapshot,
  startPostgres,
} from '../testing/index.ts';
import { capturePostgres } from './capture.ts';
import { connectServer } from './connect.ts';
import { takeSnapshot } from './database-snapshot.ts';
import { type HashBudget, hashBudget } from './hash-tables.ts';
import { postgresSource } from './postgres-source.ts';

failOnLeakedContainers();

const read = (name: string) => readFile(new URL(`testing/${name}`, import.meta.url), 'utf8');

/** Values whose text depends on settings, and a table whose columns come back in another order. */
const texts = `
  CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE pair AS (a float8, b mood);
  CREATE TABLE texts (at timestamptz, day date, span interval, price money, ratio float8, small real, bytes bytea,
    moods mood[], pairs pair, doc jsonb, raw json, x xml, whole numeric, of regclass,
    twice int GENERATED ALWAYS AS (1 + 1) STORED);
  INSERT INTO texts SELECT '2026-03-29 01:30 Europe/Berlin', '0044-03-15 BC', '-1 mon +2 days -03:00', '1234.56',
    1.0 / 3, 1e-30, '\\xc0ffee', '{sad,ok}', '(-0,ok)', '{"b": 1, "a": [null]}', '{ "b":1}',
    '<?xml version="1.0" encoding="UTF-8"?><a/>', 1.500, 'pg_class' FROM generate_series(1, 50);
  ALTER TABLE texts DROP COLUMN small; INSERT INTO texts DEFAULT VALUES;
  CREATE TABLE parent (id int); CREATE TABLE child (own text) INHERITS (parent);
  ALTER TABLE parent ADD COLUMN late text DEFAULT 'x'; INSERT INTO child VALUES (1, 'o', 'l');
  CREATE TABLE no_columns (); CREATE TABLE empty (a int);`;

describe.each(['15', '17'] as const)('content hashes of PostgreSQL %s', (version) => {
  let server: PostgresContainer;
  let store: FolderStore;
  let snapshot: StoredSnapshot;
  const locator = () => ({ container: { id: server.id, name: server.name } });

  beforeAll(async () => {
    server = await startPostgres({ version });
    store = await FolderStore.create();
    await server.sql(await read('kitchen-sink-roles.sql'));
    await server.sql(await read('kitchen-sink-databases.sql'));
    await server.sql(await read('kitchen-sink.sql'), 'sink');
    await server.sql('CREATE DATABASE "odd ""name"""');
    await server.sql(texts, 'odd "name"');
    const context = testContext({ docker: server.host });
    snapshot = await store.save('postgres', await capturePostgres(locator(), context), context.signal);
  });
  afterAll(async () => {
    await store?.[Symbol.asyncDispose]();
    await server?.remove();
  });

  function restoreBeside(newName: string, manifest = snapshot.manifest, part?: string) {
    const request = {
      ...snapshot.request('beside', { newName }),
      manifest,
      ...(part === undefined ? {} : { part }),
    };
    return postgresSource.restore(locator(), request, testContext({ docker: server.host }));
  }

  it('are made of every small table, and equal after a restore whatever the settings of the databases', async () => {
    const { hashes = {}, counts } = snapshot.manifest;
    const counted = Object.keys(counts).filter(
      (key) => key.startsWith('rows/') && !key.endsWith('.no_columns'),
    );
    expect(Object.keys(hashes).toSorted()).toEqual(counted.toSorted());
    await server.sql(`ALTER ROLE postgres SET "TimeZone" = 'Asia/Tokyo'; ALTER ROLE postgres SET DateStyle = 'German';
      ALTER ROLE postgres SET IntervalStyle = 'sql_standard'; ALTER ROLE postgres SET extra_float_digits = -5;
      ALTER ROLE postgres SET bytea_output = 'escape';`);
    try {
      const report = await restoreBeside('equal');
      expect(report.verifiedHashes).toEqual(hashes);
      expect(report.verified).toEqual(counts);
    } finally {
      await server.sql('ALTER ROLE postgres RESET ALL');
    }
  });

  it('differ when one value differs, and the restore names the table and puts nothing in place', async () => {
    const key = 'rows/odd%20%22name%22/public.texts';
    const hashes = { ...snapshot.manifest.hashes, [key]: 'md5-sum-1:42' };
    await expect(
      restoreBeside('differs', { ...snapshot.manifest, hashes }, 'odd "name"'),
    ).rejects.toMatchObject({
      code: 'restore-verification-failed',
      message: expect.stringContaining('table "public"."texts"'),
    });
    expect(
      await server.sql("SELECT count(*) FROM pg_database WHERE datname ~ 'differs|holdfast_restore'"),
    ).toBe('0');
  });

  it('tell one changed value, and two that were exchanged between rows', async () => {
    await server.sql('CREATE TABLE pairs (a int, b int); INSERT INTO pairs VALUES (1, 2), (3, 4)');
    const before = await hashOf('pairs');
    await server.sql('TRUNCATE pairs; INSERT INTO pairs VALUES (3, 4), (1, 2)');
    expect(await hashOf('pairs')).toBe(before);
    await server.sql('UPDATE pairs SET b = 6 - b');
    expect(await hashOf('pairs')).not.toBe(before);
    await server.sql('UPDATE pairs SET b = b + 1');
    expect(await hashOf('pairs')).not.toBe(before);
  });

  it('say nothing from another major version, or made in another way', async () => {
    const { details } = snapshot.manifest;
    const older = { ...(details as object), serverVersion: 14_00_00 };
    const { verifiedHashes } = await restoreBeside(
      'older',
      { ...snapshot.manifest, details: older },
      'odd "name"',
    );
    expect(verifiedHashes).toEqual({});
    const hashes = { 'rows/odd%20%22name%22/public.texts': 'another-way:1' };
    const other = await restoreBeside('other', { ...snapshot.manifest, hashes }, 'odd "name"');
    expect(other.verifiedHashes).toEqual({});
  });

  it('stay within a budget, the smallest tables first', async () => {
    await server.sql(
      `CREATE TABLE large AS SELECT i FROM generate_series(1, 20000) AS i; CREATE TABLE small (i int)`,
    );
    expect(Object.keys(await hashAll(hashBudget()))).toContain('rows/postgres/public.large');
    const few = await hashAll({ ...hashBudget(), rows: 1000 });
    expect(Object.keys(few)).toContain('rows/postgres/public.small');
    expect(Object.keys(few)).not.toContain('rows/postgres/public.large');
    expect(Object.keys(await hashAll({ ...hashBudget(), bytes: 100_000 }))).not.toContain(
      'rows/postgres/public.large',
    );
    expect(await hashAll({ ...hashBudget(), milliseconds: 0 })).toEqual({});
  });

  async function hashAll(budget: HashBudget): Promise<Record<string, string>> {
    const context = testContext({ docker: server.host });
    const connected = await connectServer(locator(), context);
    const taken = await takeSnapshot(connected.server, 'postgres', context.signal);
    try {
      return await taken.hash((await taken.count(60_000)).counts, budget);
    } finally {
      await taken.close();
    }
  }

  async function hashOf(table: string): Promise<string | undefined> {
    return (await hashAll(hashBudget()))[`rows/postgres/public.${table}`];
  }
});
