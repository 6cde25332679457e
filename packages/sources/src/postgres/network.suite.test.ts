import { Secret } from '@holdfast/runtime';
import { describe, expect, it } from 'vitest';
import { testContext } from '../testing/context.ts';
import { describeSourceSuite, FolderStore, failOnLeakedContainers, startPostgres } from '../testing/index.ts';
import { connectNetwork, findHostPrograms } from './connect-network.ts';
import type { NetworkLocator } from './locator.ts';
import { postgresSource } from './postgres-source.ts';
import { networkHarness, networkLocator, password } from './testing/network-harness.ts';

failOnLeakedContainers();

describeSourceSuite('PostgreSQL 15 by its address', networkHarness('15'));

describe('a server by its address', () => {
  const connect = (locator: NetworkLocator, secrets: Record<string, Secret> = { password }) =>
    connectNetwork(locator, testContext({ secrets }), 'holdfast test');

  it('says who refused a wrong password, and does not repeat it', async () => {
    await using server = await startPostgres();
    const locator = await networkLocator(server);
    const wrong = await connect(locator, { password: new Secret('not the password') }).catch(
      (error: unknown) => error,
    );
    expect(wrong).toMatchObject({
      code: 'credentials-rejected',
      message: expect.stringMatching(
        new RegExp(`${locator.network.host}:5432.*password authentication failed`, 's'),
      ),
    });
    expect(String(wrong)).not.toContain('not the password');
    await expect(connect(locator, {})).rejects.toMatchObject({ code: 'credentials-rejected' });
  });

  it('says that nobody listens, that a name is none, and that the server has no encryption', async () => {
    await using server = await startPostgres();
    const { network } = await networkLocator(server);
    for (const [change, words] of [
      [{ port: 5999 }, 'Connection refused'],
      [{ host: 'no-such-host.invalid' }, 'could not translate host name'],
      [{ sslMode: 'require' }, 'does not support SSL'],
    ] as const) {
      await expect(connect({ network: { ...network, ...change } })).rejects.toMatchObject({
        code: 'source-unreachable',
        message: expect.stringContaining(words),
      });
    }
  });

  it('names what to install where the host has no client programs, or only older ones', async () => {
    await using server = await startPostgres({ version: '17' });
    const locator = await networkLocator(server);
    const context = testContext({ secrets: { password } });
    await expect(connectNetwork(locator, context, 'holdfast test', async () => [])).rejects.toMatchObject({
      code: 'program-missing',
      hint: expect.stringContaining('postgresql-client'),
    });
    const older = async (signal: AbortSignal) =>
      (await findHostPrograms(signal)).map((found) => ({ ...found, major: 16, version: '16.9' }));
    await expect(connectNetwork(locator, context, 'holdfast test', older)).rejects.toMatchObject({
      code: 'program-missing',
      message: expect.stringMatching(/is PostgreSQL 17; .* are older \(16\.9/),
      hint: expect.stringContaining('postgresql-client-17'),
    });
  });

  it('loads a large dump with several sessions, from the memory of this host', async () => {
    await using server = await startPostgres();
    await using store = await FolderStore.create();
    await server.sql('CREATE DATABASE large');
    const sum = `SELECT count(*) || ' ' || sum(hashtext(t::text)) FROM wide t`;
    await server.sql(
      `CREATE TABLE wide AS SELECT n, repeat(md5(n::text), 8) AS text FROM generate_series(1, 150000) n;
       CREATE INDEX ON wide (n)`,
      'large',
    );
    const before = await server.sql(sum, 'large');
    const locator = await networkLocator(server);
    const context = () => testContext({ secrets: { password } });
    const capturing = context();
    const snapshot = await store.save(
      'postgres',
      await postgresSource.capture(locator, capturing),
      capturing.signal,
    );
    expect(snapshot.request('swap').parts[0]?.part.bytes).toBeGreaterThan(32 * 1024 * 1024);
    await server.sql('DROP DATABASE large');
    const restoring = context();
    await postgresSource.restore(locator, snapshot.request('swap'), restoring);
    expect(await server.sql(sum, 'large')).toBe(before);
    expect(restoring.logged).not.toContainEqual(expect.stringContaining('cannot open'));
  });

  it('backs up only the database that the declaration names', async () => {
    await using server = await startPostgres();
    await server.sql('CREATE DATABASE one');
    await server.sql('CREATE DATABASE two');
    const { network } = await networkLocator(server);
    const capture = await postgresSource.capture(
      { network: { ...network, database: 'two' } },
      testContext({ secrets: { password } }),
    );
    await capture.close();
    expect(capture.parts).toMatchObject([{ path: expect.stringContaining('two') }]);
  });
});

describe('the declaration', () => {
  const parse = (settings: object) => postgresSource.declaration?.settings.safeParse(settings);

  it('becomes a locator, with the port that servers have', () => {
    expect(parse({ host: 'db.example', user: 'backup' })?.data).toEqual({
      network: { host: 'db.example', port: 5432, user: 'backup' },
    });
    expect(parse({ host: 'fd00::1', user: 'backup', sslMode: 'verify-full' })?.success).toBe(true);
  });

  it('takes neither a list of hosts, nor a socket, nor a secret', () => {
    for (const host of ['one,two', '/run/postgresql', '@abstract', '-h', '']) {
      expect(parse({ host, user: 'backup' })?.success).toBe(false);
    }
    expect(parse({ host: 'db.example', user: 'backup', password: 'x' })?.success).toBe(false);
  });
});
