import { failOnLeakedContainers, type PostgresContainer, startPostgres } from '@holdfast/sources/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listSnapshots, problemOf, sourceOf } from '../support/answers.ts';
import { backUp } from '../support/backup-report.ts';
import { databases, fingerprint, roles } from '../support/database-fingerprint.ts';
import { freshHoldfast, type Holdfast } from '../support/holdfast.ts';
import { onTerminal } from '../support/on-terminal.ts';
import { putBack } from '../support/restore-report.ts';
import { makeSampleDatabase } from '../support/sample-database.ts';
import { localRepository, stockSnapshots, teamKey } from '../support/stock-restic.ts';

failOnLeakedContainers();

/** Quoted, with spaces and letters that are not ASCII. */
const oddName = 'Größe "x" $(y)';

/** As parts of a snapshot are named. */
function encoded(name: string): string {
  return encodeURIComponent(name).replaceAll(
    /[!'()*~]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

describe.each(['15', '17'] as const)('PostgreSQL %s', (version) => {
  let postgres: PostgresContainer;
  let holdfast: Holdfast;
  let whole: Map<string, string>;
  let allRoles: string;

  beforeAll(async () => {
    postgres = await startPostgres({ version });
    holdfast = await freshHoldfast(postgres.name);
    await makeSampleDatabase(postgres, 'shop');
    await makeSampleDatabase(postgres, oddName);
    whole = new Map([
      ['shop', await fingerprint(postgres, 'shop')],
      [oddName, await fingerprint(postgres, oddName)],
    ]);
    allRoles = await roles(postgres);
    expect(await backUp(holdfast, postgres.name)).toMatchObject({ exitCode: 0, state: 'succeeded' });
  });
  afterAll(async () => {
    await holdfast?.[Symbol.asyncDispose]();
    await postgres?.remove();
  });

  async function damage() {
    await postgres.sql('DROP TABLE orders CASCADE; DELETE FROM customers WHERE id > 3', 'shop');
    await postgres.sql('ALTER DATABASE shop RESET ALL; COMMENT ON DATABASE shop IS NULL', 'shop');
    expect(await fingerprint(postgres, 'shop')).not.toBe(whole.get('shop'));
  }

  async function expectWhole() {
    for (const [database, was] of whole) expect(await fingerprint(postgres, database), database).toBe(was);
    expect(await roles(postgres)).toBe(allRoles);
  }

  async function dropPrevious(names: readonly string[]) {
    for (const name of names)
      await postgres.sql(`DROP DATABASE "${name.replaceAll('"', '""')}"`, 'template1');
  }

  test('every database is in the snapshot, tagged with the name of the container, with its counts', async () => {
    const key = await teamKey(holdfast);
    const stored = await stockSnapshots(localRepository(holdfast, postgres.name), key);
    const paths = stored.flatMap((one) => one.paths).toSorted();
    // Not the empty database "postgres" that every server has.
    expect(paths).toEqual(['/manifest.tar', '/shop.dump', `/${encoded(oddName)}.dump`].toSorted());
    for (const { tags } of stored) expect(tags).toContain(postgres.name);
    const [snapshot] = await listSnapshots(holdfast, postgres.name);
    expect(snapshot).toMatchObject({ container: postgres.name, kind: 'postgres', state: 'good' });
    expect(snapshot?.counts).toMatchObject({
      'rows/shop/public.customers': 500,
      'rows/shop/public.orders_2025': expect.any(Number),
    });
  });

  test('damage is undone; what was there before is kept beside', async () => {
    await damage();
    const damaged = await fingerprint(postgres, 'shop');
    const report = await putBack(holdfast, postgres.name, '--yes');
    expect(report).toMatchObject({ exitCode: 0, state: 'succeeded', source: postgres.name });
    expect(report.restored).toEqual(expect.arrayContaining(['shop', oddName]));
    expect(report.verified['rows/shop/public.customers']).toBe(500);
    await expectWhole();
    const before = report.previous.find((name) => name.startsWith('shop_before')) ?? '';
    expect(await postgres.sql('SELECT count(*) FROM customers', before)).toBe('3');
    expect((await fingerprint(postgres, before)).split('\n---\n').slice(1)).toEqual(
      damaged.split('\n---\n').slice(1),
    );
    await dropPrevious(report.previous);
  });

  test('one database of several, beside the original, under another name', async () => {
    await damage();
    const damaged = await fingerprint(postgres, 'shop');
    const report = await putBack(holdfast, postgres.name, 'latest', '--part', 'shop', '--as', 'shop check');
    expect(report).toMatchObject({ exitCode: 0, restored: ['shop check'], previous: [] });
    expect(await fingerprint(postgres, 'shop check')).toBe(whole.get('shop'));
    expect(await fingerprint(postgres, 'shop')).toBe(damaged);
    const again = await putBack(holdfast, postgres.name, 'latest', '--part', 'shop', '--as', 'shop check');
    expect(again).toMatchObject({ exitCode: 1, error: { code: 'restore-target-exists' } });
    await dropPrevious(['shop check']);
  });

  test('--in-place replaces, and keeps nothing beside', async () => {
    const report = await putBack(holdfast, postgres.name, '--part', 'shop', '--in-place', '--yes');
    expect(report).toMatchObject({ exitCode: 0, restored: ['shop'], previous: [] });
    await expectWhole();
    expect(await databases(postgres)).toEqual([oddName, 'postgres', 'shop'].toSorted());
  });

  test('clients that are connected do not stand in the way, and find the restored data afterwards', async () => {
    const client = postgres.exec({
      command: ['psql', '-X', '-q', '-w', '-d', 'shop', '-c', 'SELECT pg_sleep(600)'],
      environment: { PGUSER: 'postgres' },
    });
    await damage();
    const report = await putBack(holdfast, postgres.name, '--part', 'shop', '--yes');
    expect(report).toMatchObject({ exitCode: 0 });
    expect((await client).exitCode).not.toBe(0);
    expect(await fingerprint(postgres, 'shop')).toBe(whole.get('shop'));
    await dropPrevious(report.previous);
  });

  test('the server died and a fresh one stands in its place: all of it comes back, roles too', async () => {
    const { id } = await sourceOf(holdfast, postgres.name);
    const { name } = postgres;
    await postgres.remove();
    const fresh = await startPostgres({ version, name });
    postgres = fresh;
    expect(await sourceOf(holdfast, name)).toMatchObject({ id, present: true });
    const report = await putBack(holdfast, name, '--yes');
    expect(report, JSON.stringify(report)).toMatchObject({ exitCode: 0 });
    await expectWhole();
    // The role's own password came back: it lets its owner in.
    const login = await postgres.exec({
      command: ['psql', '-X', '-q', '-A', '-t', '-w', '-h', '127.0.0.1', '-c', 'SELECT current_user'],
      environment: { PGUSER: 'the owner', PGPASSWORD: 'of the owner', PGDATABASE: 'shop' },
    });
    expect(login.stdout.toString().trim(), login.stderr).toBe('the owner');
  });
});

describe('the confirmation', () => {
  let postgres: PostgresContainer;
  let holdfast: Holdfast;
  beforeAll(async () => {
    postgres = await startPostgres({ environment: { POSTGRES_PASSWORD: 'pw', POSTGRES_DB: 'shop' } });
    holdfast = await freshHoldfast(postgres.name);
    await postgres.sql('CREATE TABLE t AS SELECT generate_series(1, 100) AS i', 'shop');
    expect(await backUp(holdfast, postgres.name)).toMatchObject({ exitCode: 0 });
    await postgres.sql('DELETE FROM t WHERE i > 1', 'shop');
  });
  afterAll(async () => {
    await holdfast?.[Symbol.asyncDispose]();
    await postgres?.remove();
  });

  const count = () => postgres.sql('SELECT count(*) FROM t', 'shop');

  test('without --yes and without a terminal: refused, nothing changes', async () => {
    expect(await problemOf(holdfast, 'restore', postgres.name)).toMatchObject({
      exitCode: 5,
      code: 'confirmation-required',
    });
    expect(await count()).toBe('1');
  });

  test('another name typed: refused, nothing changes', async () => {
    const { exitCode, screen } = await onTerminal(holdfast, ['restore', postgres.name], {
      prompt: 'to go on:',
      typed: 'another\r',
    });
    expect(exitCode).toBe(5);
    expect(screen).toContain('confirmation-required');
    expect(await count()).toBe('1');
    expect(await databases(postgres)).toEqual(['postgres', 'shop']);
  });

  test('the name typed: restored', async () => {
    const { exitCode, screen } = await onTerminal(holdfast, ['restore', postgres.name], {
      prompt: 'to go on:',
      typed: `${postgres.name}\r`,
    });
    expect(exitCode, screen).toBe(0);
    expect(await count()).toBe('100');
  });

  test('a restore that cannot succeed leaves what is there serving', async () => {
    // An extension whose files are not on the target: a common surprise.
    const library = await postgres.exec({ command: ['sh', '-c', 'pg_config --sharedir'], user: 'root' });
    const folder = `${library.stdout.toString().trim()}/extension`;
    await postgres.sql('CREATE EXTENSION citext', 'shop');
    expect(await backUp(holdfast, postgres.name)).toMatchObject({ exitCode: 0 });
    await postgres.sql('INSERT INTO t VALUES (0)', 'shop');
    const before = await databases(postgres);
    await postgres.exec({ command: ['rm', `${folder}/citext.control`], user: 'root' });
    const report = await putBack(holdfast, postgres.name, '--yes');
    expect(report).toMatchObject({ exitCode: 1, state: 'failed' });
    expect(report.error?.code).toMatch(/^restore-/);
    expect(report.error?.detail).toContain('citext');
    expect(await count()).toBe('101');
    expect(await databases(postgres)).toEqual(before);
    expect(
      await postgres.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name ILIKE '%holdfast%'"),
    ).toBe('0');
  });
});
