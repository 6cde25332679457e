import path from 'node:path';
import { HoldfastError, Secret } from '@holdfast/runtime';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from './database.ts';
import { dumpPostgresSchema } from './testing/dump-postgres-schema.ts';
import { openGate } from './testing/gate.ts';
import { type PostgresDatabases, startPostgresDatabases } from './testing/postgres-databases.ts';
import { isUniqueViolation } from './unique-violation.ts';

let databases: PostgresDatabases;
beforeAll(async () => {
  databases = await startPostgresDatabases();
});
afterAll(() => databases.remove());

async function open(url: Secret) {
  const database = await openDatabase({ kind: 'postgres', url });
  onTestFinished(() => database.destroy());
  return database;
}

describe('the database on PostgreSQL', () => {
  it('has the schema that is committed', async () => {
    const database = await open(databases.url(await databases.empty()));
    await expect(await dumpPostgresSchema(database)).toMatchFileSnapshot(
      path.join(import.meta.dirname, 'schema.postgres.sql'),
    );
  });

  it('is made once by several that start at the same time', async () => {
    const url = databases.url(await databases.empty());
    const all = await Promise.all([open(url), open(url), open(url), open(url)]);
    for (const database of all) expect(await database.selectFrom('meta').selectAll().execute()).toEqual([]);
  });

  it('is refused and left alone when a newer version has changed it', async () => {
    const url = databases.url(await databases.empty());
    const database = await open(url);
    await sql`insert into kysely_migration (name, timestamp) values ('9999-later', 'x')`.execute(database);
    await expect(open(url)).rejects.toMatchObject({ code: 'database-too-new' });
  });

  it('sorts text by bytes, gives whole numbers, and refuses what a number cannot hold', async () => {
    const database = await open(databases.url(await databases.empty()));
    for (const name of ['b', 'a', 'B', '~', 'a-b']) {
      await database.insertInto('meta').values({ name, value: 'zero\0' }).execute();
    }
    const rows = await database.selectFrom('meta').selectAll().orderBy('name').execute();
    expect(rows.map(({ name }) => name)).toEqual(['B', 'a', 'a-b', 'b', '~']);
    expect(rows[0]?.value).toBe('zero\uFFFD');
    const numbers =
      await sql`select count(*) as n, sum(5000000000) as s, null::bigint as z from meta`.execute(database);
    expect(numbers.rows).toEqual([{ n: 5, s: 25_000_000_000, z: null }]);
    await expect(sql`select 9007199254740993::bigint`.execute(database)).rejects.toThrow('too large');
    const again = database.insertInto('meta').values({ name: 'a', value: '' }).execute();
    await expect(again.catch(isUniqueViolation)).resolves.toBe(true);
  });

  it.each([
    [
      'a wrong password',
      () => databases.url('postgres', 'postgres', 'not the word'),
      'database-login-failed',
    ],
    ['a database that is not there', () => databases.url('nowhere'), 'database-login-failed'],
    [
      'no way to make the schema',
      () => databases.url('postgres', 'reader', 'not the word'),
      'database-forbidden',
    ],
    [
      'a port where nobody listens',
      () => databases.url('postgres', 'postgres', 'not the word', 1),
      'database-unreachable',
    ],
  ])('says what is wrong with %s, without the password', async (_what, url, code) => {
    await databases.server.sql(`
      do $$ begin create role reader login password 'not the word'; exception when duplicate_object then null; end $$;
    `);
    const error: unknown = await openDatabase({ kind: 'postgres', url: url() }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code });
    expect(error).toBeInstanceOf(HoldfastError);
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toMatch(/not( |%20)the( |%20)word/);
  });

  it('says that a replica may only be read, and that the disk is full', async () => {
    const name = await databases.empty();
    const database = await open(databases.url(name));
    await databases.server.sql(`alter database ${name} set default_transaction_read_only = on`);
    await expect(
      openDatabase({ kind: 'postgres', url: databases.url(name) }).then(async (readOnly) => {
        onTestFinished(() => readOnly.destroy());
        await readOnly.insertInto('meta').values({ name: 'x', value: '' }).execute();
      }),
    ).rejects.toMatchObject({ code: 'database-read-only' });
    const full = sql`do $$ begin raise exception 'no space left' using errcode = '53100'; end $$`.execute(
      database,
    );
    await expect(full).rejects.toMatchObject({ code: 'database-full' });
  });

  it('goes on after its connections were cut, and waits for a server that starts again', async () => {
    const direct = new URL(databases.url(await databases.empty()).reveal());
    const gate = await openGate(direct.hostname, 5432);
    onTestFinished(() => gate.shut());
    const database = await open(new Secret(direct.href.replace(direct.host, `127.0.0.1:${gate.port}`)));
    const read = () => database.selectFrom('meta').selectAll().execute();
    await read();
    const name = direct.pathname.slice(1);
    await databases.server.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    );
    // Whether the end has been noticed or not: it is at most one statement that fails.
    expect(await read().catch(read)).toEqual([]);
    await gate.shut();
    const asked = read().catch(read);
    await gate.open();
    expect(await asked).toEqual([]);
  });
});
