import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failOnLeakedContainers, type PostgresContainer, startPostgres } from '../testing/index.ts';
import { restoreServer } from './restore.ts';
import { type DumpedSnapshot, dumpServer } from './testing/dumped-snapshot.ts';
import { connect } from './testing/restore-session.ts';

failOnLeakedContainers();

let container: PostgresContainer;
let snapshot: DumpedSnapshot;

const count = (database: string) => container.sql('SELECT count(*) FROM things', database);
const databases = () =>
  container.sql(
    `SELECT string_agg(datname, ',' ORDER BY datname) FROM pg_database WHERE datname !~ '^template'`,
  );

beforeAll(async () => {
  container = await startPostgres({ version: '17' });
  await container.sql(`CREATE ROLE owner LOGIN PASSWORD 'as backed up'; CREATE ROLE reader LOGIN CREATEDB PASSWORD 'reader at backup';
    GRANT pg_monitor TO reader;`);
  for (const database of ['first', 'second']) {
    await container.sql(`CREATE DATABASE ${database} OWNER owner`);
    await container.sql(
      'CREATE TABLE things AS SELECT generate_series(1, 1000) AS id; ALTER TABLE things OWNER TO owner; GRANT SELECT ON things TO reader;',
      database,
    );
  }
  snapshot = await dumpServer(container, (await connect(container)).connected, ['first', 'second']);
});

afterAll(async () => {
  await snapshot[Symbol.asyncDispose]();
  await container.remove();
});

async function restore(changes: Parameters<DumpedSnapshot['request']>[0]) {
  const { connected, context } = await connect(container);
  return await restoreServer(connected, snapshot.request(changes), context);
}

describe('restoring beside', () => {
  it('makes new databases and leaves the others as they are', async () => {
    await container.sql('DELETE FROM things WHERE id > 10', 'first');
    const report = await restore({ mode: 'beside', newName: 'copy' });
    expect(report).toMatchObject({ restored: ['copy_first', 'copy_second'], previous: [] });
    const one = await restore({ mode: 'beside', newName: "it's a copy=1", part: 'first' });
    expect(one.restored).toEqual(["it's a copy=1"]);
    expect(await count('copy_first')).toBe('1000');
    expect(await count("it's a copy=1")).toBe('1000');
    expect(await count('first')).toBe('10');
  });

  it('refuses a name that is taken, and one that PostgreSQL would cut off', async () => {
    const before = await databases();
    await expect(restore({ mode: 'beside', newName: 'second', part: 'first' })).rejects.toMatchObject({
      code: 'restore-target-exists',
    });
    await expect(restore({ mode: 'beside', newName: 'ä'.repeat(32), part: 'first' })).rejects.toMatchObject({
      code: 'invalid-input',
    });
    expect(await databases()).toBe(before);
  });
});

describe('restoring a part', () => {
  it('restores that database only, by name or path', async () => {
    await container.sql('DELETE FROM things', 'second');
    const report = await restore({ part: '/first.dump' });
    expect(report.restored).toEqual(['first']);
    expect(Object.keys(report.verified).every((key) => key.includes('first'))).toBe(true);
    expect(await count('first')).toBe('1000');
    expect(await count('second')).toBe('0');
    expect(await count(report.previous[0] ?? '')).toBe('10');
  });

  it('says what there is when the snapshot lacks it', async () => {
    await expect(restore({ part: 'third' })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('first, second'),
    });
  });
});

describe('restoring in place', () => {
  it('drops what is there, sessions and all, and keeps nothing', async () => {
    await container.sql('DELETE FROM things', 'first');
    const before = (await databases()).split(',');
    const session = container.sql('SELECT pg_sleep(600)', 'first').catch((error: Error) => error.message);
    const report = await restore({ mode: 'in-place', part: 'first' });
    expect(await session).toContain('terminating connection');
    expect(report).toMatchObject({ restored: ['first'], previous: [] });
    expect(await count('first')).toBe('1000');
    expect((await databases()).split(',')).toEqual(before);
  });

  it('says that the old data is gone when it fails after that', async () => {
    const counts = { ...snapshot.manifest.counts, 'rows/second/public.things': 1001 };
    await expect(
      restore({ mode: 'in-place', part: 'second', manifest: { ...snapshot.manifest, counts } }),
    ).rejects.toMatchObject({
      code: 'restore-verification-failed',
      message: expect.stringMatching(/has 1000, had 1001.*was dropped/),
      hint: expect.stringContaining('missing'),
    });
    expect((await databases()).split(',')).not.toContain('second');
  });

  it('creates a database that does not exist any more', async () => {
    const report = await restore({ part: 'second' });
    expect(report).toMatchObject({ restored: ['second'], previous: [] });
    expect(await count('second')).toBe('1000');
  });
});

describe('roles', () => {
  it('are created when they are missing, and left alone when they exist', async () => {
    await using fresh = await startPostgres({ version: '17' });
    await fresh.sql(`CREATE ROLE owner LOGIN PASSWORD 'in use'; CREATE DATABASE unrelated`);
    await fresh.sql('ALTER ROLE owner SUPERUSER');
    const { connected, context } = await connect(fresh);
    const report = await restoreServer(connected, snapshot.request(), context);
    expect(report.warnings).toEqual(
      [
        'The role "owner" exists and was left as it is: SUPERUSER here, NOSUPERUSER in the snapshot.',
        'Database "unrelated" of the target is not in the snapshot and was left as it is.',
      ]
        .sort((a, b) => b.localeCompare(a))
        .reverse(),
    );
    // On the loopback address the server trusts everyone.
    const { stdout: address } = await fresh.exec({ command: ['hostname', '-i'] });
    const login = (user: string, password: string) =>
      fresh.exec({
        command: [
          'psql',
          '-h',
          address.toString('utf8').trim(),
          '-d',
          'first',
          '-At',
          '-c',
          'SELECT count(*) FROM things',
        ],
        environment: { PGUSER: user, PGPASSWORD: password },
      });
    expect(await login('owner', 'in use')).toMatchObject({ exitCode: 0 });
    expect(await login('reader', 'reader at backup')).toMatchObject({ exitCode: 0 });
    expect(await login('reader', 'something else')).toMatchObject({ exitCode: 2 });
    expect(
      await fresh.sql(
        `SELECT pg_has_role('reader', 'pg_monitor', 'member'), rolcreatedb FROM pg_roles WHERE rolname = 'reader'`,
      ),
    ).toBe('t|t');
  });
});
