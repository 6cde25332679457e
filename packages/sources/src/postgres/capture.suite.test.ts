import { describe, expect, it } from 'vitest';
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
import { postgresDetailsSchema } from './details.ts';
import type { ConnectionSettings } from './locator.ts';
import { databasePartPath, encodeName, rowCountKey } from './names.ts';
import { quoteIdentifier } from './quoting.ts';
import { loadDump } from './testing/load-dump.ts';

failOnLeakedContainers();

const hostileNames = [
  'plain',
  'with space',
  `quotes ' and "`,
  'line\nbreak',
  '$(touch /tmp/owned) `id`',
  '-v ON_ERROR_STOP=0',
  'dbname=postgres host=elsewhere',
  'postgresql://elsewhere/db',
  'größe 数据',
  '../../etc.passwd',
  '100%',
];

const locatorOf = (server: PostgresContainer, settings?: ConnectionSettings) => ({
  container: { id: server.id, name: server.name },
  ...(settings === undefined ? {} : { settings }),
});

async function backUp(
  server: PostgresContainer,
  store: FolderStore,
  settings?: ConnectionSettings,
): Promise<StoredSnapshot> {
  const context = testContext({ docker: server.host });
  const capture = await capturePostgres(locatorOf(server, settings), context);
  return await store.save('postgres', capture, context.signal);
}

/** Rows and large objects of a database that was loaded from a part, by the keys that the manifest has. */
async function countLoaded(server: PostgresContainer, database: string, original: string) {
  const counted = await countNow(server, database, 60_000);
  expect(counted.notCounted).toEqual([]);
  return Object.fromEntries(
    Object.entries(counted.counts).map(([key, rows]) => [
      key.replace(`/${encodeName(database)}`, () => `/${encodeName(original)}`),
      rows,
    ]),
  );
}

async function countNow(server: PostgresContainer, database: string, budgetMs: number) {
  const context = testContext({ docker: server.host });
  const connected = await connectServer(locatorOf(server), context);
  const snapshot = await takeSnapshot(connected.server, database, context.signal);
  try {
    return await snapshot.count(budgetMs);
  } finally {
    await snapshot.close();
  }
}

describe.each(['15', '17'] as const)('PostgreSQL %s', (version) => {
  it('captures every database, whatever it is called, with its counts', async () => {
    await using server = await startPostgres({ version });
    await using store = await FolderStore.create();
    for (const [index, name] of hostileNames.entries()) {
      await server.sql(`CREATE DATABASE ${quoteIdentifier(name)}`);
      const table = quoteIdentifier(`table of ${name}`);
      await server.sql(
        `CREATE SCHEMA ${quoteIdentifier(name)};
         CREATE TABLE ${quoteIdentifier(name)}.${table} AS SELECT generate_series(1, ${index + 1}) AS n;
         SELECT lo_from_bytea(0, 'large');`,
        name,
      );
    }
    const snapshot = await backUp(server, store);

    expect(snapshot.manifest.parts.map(({ path }) => path).sort()).toEqual(
      hostileNames.map(databasePartPath).sort(),
    );
    for (const [index, name] of hostileNames.entries()) {
      const key = rowCountKey({ database: name, schema: name, table: `table of ${name}` });
      expect(snapshot.manifest.counts[key]).toBe(index + 1);
      await loadDump(server, snapshot, databasePartPath(name), `loaded_${index}`);
      const loaded = await countLoaded(server, `loaded_${index}`, name);
      expect(snapshot.manifest.counts).toMatchObject(loaded);
    }
    expect(await server.exec({ command: ['test', '-e', '/tmp/owned'] })).toMatchObject({ exitCode: 1 });
  });

  it('describes the server: versions, roles with passwords, extensions, what was left out', async () => {
    await using server = await startPostgres({ version });
    await using store = await FolderStore.create();
    await server.sql(`CREATE ROLE shop LOGIN PASSWORD 'irrelevant'; CREATE DATABASE shop OWNER shop;
      CREATE DATABASE template_of_ours IS_TEMPLATE true; CREATE DATABASE closed ALLOW_CONNECTIONS false;
      CREATE DATABASE "shop_before_20260101T000000Z"`);
    const snapshot = await backUp(server, store);
    const { manifest, attachments } = snapshot;
    const details = postgresDetailsSchema.parse(manifest.details);

    expect(String(details.serverVersion)).toMatch(new RegExp(`^${version}`));
    expect(manifest.versions['postgresql']).toMatch(new RegExp(`^${version}\\.`));
    expect(manifest.versions['pg_dump']).toMatch(new RegExp(`^${version}\\.`));
    expect(details).toMatchObject({
      superuser: true,
      roles: { attachment: 'globals.sql', passwords: true },
      databases: [
        {
          name: 'shop',
          part: '/shop.dump',
          extensions: [{ name: 'plpgsql' }],
          properties: { owner: 'shop', encoding: 'UTF8' },
        },
      ],
    });
    expect(details.skippedDatabases.map(({ name }) => name).sort()).toEqual(
      ['closed', 'postgres', 'shop_before_20260101T000000Z', 'template_of_ours'].sort(),
    );
    // Nobody need be told of the empty default database, nor of what Holdfast itself keeps.
    expect(manifest.warnings.join('\n')).toMatch(/"closed" is not in the backup/);
    expect(manifest.warnings.join('\n')).not.toMatch(/"postgres"|"shop_before/);
    const globals = Buffer.from(attachments.get('globals.sql') ?? []).toString('utf8');
    expect(globals).toMatch(/CREATE ROLE shop;/);
    expect(globals).toMatch(/ALTER ROLE shop .*PASSWORD 'SCRAM-SHA-256/);
  });

  it('captures one consistent instant while others write', async () => {
    await using server = await startPostgres({ version });
    await using store = await FolderStore.create();
    await server.sql(`CREATE TABLE debits (n int); CREATE TABLE credits (n int); CREATE TABLE stop (n int);
      INSERT INTO debits SELECT generate_series(1, 50000); INSERT INTO credits SELECT generate_series(1, 50000)`);
    // Both tables get a row in one transaction, so that at every instant they have the same number of rows.
    const writer = server.sql(
      `DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM stop) LOOP
         INSERT INTO debits VALUES (1); PERFORM pg_sleep(0.001); INSERT INTO credits VALUES (1); COMMIT;
       END LOOP; END $$`,
    );
    const snapshot = await backUp(server, store);
    await server.sql('INSERT INTO stop VALUES (1)');
    await writer;

    const { counts } = snapshot.manifest;
    expect(counts['rows/postgres/public.debits']).toBe(counts['rows/postgres/public.credits']);
    await loadDump(server, snapshot, '/postgres.dump', 'loaded');
    expect(await countLoaded(server, 'loaded', 'postgres')).toEqual(counts);
    const [debits, credits] = (
      await server.sql('SELECT count(*) FROM debits UNION ALL SELECT count(*) FROM credits', 'loaded')
    ).split('\n');
    expect(debits).toBe(credits);
    expect(Number(debits)).toBeLessThan(Number(await server.sql('SELECT count(*) FROM debits')));
  });

  it('writes the same stream for the same data, but for the time in its header', async () => {
    await using server = await startPostgres({ version });
    await using store = await FolderStore.create();
    await server.sql('CREATE TABLE t AS SELECT n, md5(n::text) FROM generate_series(1, 50000) n; ANALYZE t');
    const streams: Buffer[] = [];
    for (let run = 0; run < 2; run += 1) {
      const snapshot = await backUp(server, store);
      const reader = snapshot.request('swap').parts[0];
      if (reader === undefined) throw new Error('there is no part');
      streams.push(Buffer.concat(await (await reader.stream()).stream.toArray()));
    }
    const [first, second] = streams;
    if (first === undefined || second === undefined) throw new Error('there are no two streams');
    expect(first.length).toBe(second.length);
    const different = first.reduce((sum, byte, index) => sum + (byte === second[index] ? 0 : 1), 0);
    expect(different).toBeLessThanOrEqual(16);
  });

  it('counts what a dump holds: leaves of partitions, no views, no foreign and temporary tables', async () => {
    await using server = await startPostgres({ version });
    await using store = await FolderStore.create();
    await server.sql(`CREATE TABLE orders (day date) PARTITION BY RANGE (day);
      CREATE TABLE orders_2026 PARTITION OF orders FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
      INSERT INTO orders SELECT '2026-03-01' FROM generate_series(1, 7);
      CREATE TABLE parent (n int); CREATE TABLE child () INHERITS (parent);
      INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2), (3);
      CREATE UNLOGGED TABLE unlogged AS SELECT 1;
      CREATE MATERIALIZED VIEW seen AS SELECT * FROM orders; CREATE VIEW looked AS SELECT * FROM orders;
      CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER away FOREIGN DATA WRAPPER nothing;
      CREATE FOREIGN TABLE elsewhere (n int) SERVER away;
      CREATE TABLE hidden (n int); ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
      ALTER TABLE hidden FORCE ROW LEVEL SECURITY; INSERT INTO hidden VALUES (1), (2)`);
    const { manifest } = await backUp(server, store);
    expect(manifest.counts).toEqual({
      'largeObjects/postgres': 0,
      'rows/postgres/public.orders_2026': 7,
      'rows/postgres/public.parent': 1,
      'rows/postgres/public.child': 2,
      'rows/postgres/public.unlogged': 1,
      'rows/postgres/public.hidden': 2,
    });
    expect(manifest.warnings).toEqual([expect.stringContaining('public.elsewhere')]);
  });

  it('backs up what a role that is no superuser may read, and says what not', async () => {
    await using server = await startPostgres({ version });
    await using store = await FolderStore.create();
    await server.sql(`CREATE ROLE app LOGIN; CREATE DATABASE app OWNER app; CREATE DATABASE private;
      CREATE DATABASE shut; REVOKE CONNECT ON DATABASE shut FROM PUBLIC`);
    await server.sql('SET ROLE app; CREATE TABLE notes AS SELECT generate_series(1, 3) AS n', 'app');
    await server.sql('CREATE TABLE salaries (n int)', 'private');
    const { manifest, attachments } = await backUp(server, store, { user: 'app' });

    expect(manifest.parts.map(({ path }) => path)).toEqual(['/app.dump']);
    expect(manifest.counts).toMatchObject({ 'rows/app/public.notes': 3 });
    const details = postgresDetailsSchema.parse(manifest.details);
    expect(details).toMatchObject({ superuser: false, roles: { passwords: false } });
    const words = manifest.warnings.join('\n');
    expect(words).toMatch(/"app" is not a superuser/);
    expect(words).toMatch(/"private" is not in the backup: .*may not read public.salaries/);
    expect(words).toMatch(/"shut" is not in the backup: .*may not connect/);
    expect(Buffer.from(attachments.get('globals.sql') ?? []).toString('utf8')).toMatch(/CREATE ROLE app;/);
  });

  it('backs up one database only, where that is asked for', async () => {
    await using server = await startPostgres({ version });
    await using store = await FolderStore.create();
    await server.sql('CREATE DATABASE one; CREATE DATABASE two');
    const { manifest } = await backUp(server, store, { database: 'two' });
    expect(manifest.parts.map(({ path }) => path)).toEqual(['/two.dump']);
    await expect(backUp(server, store, { database: 'three' })).rejects.toMatchObject({
      code: 'setting-invalid',
      message: expect.stringContaining('"three"'),
    });
  });

  it('names a table that it could not count, and does not guess', async () => {
    await using server = await startPostgres({ version });
    await server.sql('CREATE TABLE t AS SELECT 1; CREATE TABLE other AS SELECT 1');
    const counted = await countNow(server, 'postgres', 0);
    expect(counted.counts).toEqual({});
    expect(counted.notCounted.map(({ what }) => what)).toEqual([
      'large objects',
      '"public"."other"',
      '"public"."t"',
    ]);
  });
});
