import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryName } from '../container/temporary-name.ts';
import { testContext } from '../testing/context.ts';
import { FolderStore, failOnLeakedContainers, type MysqlContainer, startMysql } from '../testing/index.ts';
import { connectServer } from './connect.ts';
import { mysqlDetailsSchema } from './details.ts';
import { exchange } from './exchange.ts';
import { type Move, writeJournal } from './journal.ts';
import { mysqlSource } from './mysql-source.ts';
import { rehearseMysql } from './rehearsal.ts';
import { readSchemaObjects } from './schema-objects.ts';
import { kitchenSink } from './testing/kitchen-sink.ts';
import { readSchema } from './testing/mysql-harness.ts';
import { locatorOf, save } from './testing/saved.ts';

failOnLeakedContainers();

let server: MysqlContainer;
let store: FolderStore;

const databases = async (on = server) =>
  (await on.sql('SHOW DATABASES'))
    .split('\n')
    .filter((name) => !/^(information_|performance_)schema$|^mysql$|^sys$/.test(name));

beforeAll(async () => {
  server = await startMysql({ version: '10.11' });
  store = await FolderStore.create();
});

afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await server.remove();
});

describe('a server with several databases', () => {
  beforeAll(async () => {
    await server.sql(`
      CREATE DATABASE shop CHARACTER SET utf8mb4; CREATE DATABASE \`-- weird; name\` CHARACTER SET latin1; CREATE DATABASE bare;
      CREATE USER 'writer'@'%' IDENTIFIED BY 'its password'; CREATE ROLE reader; GRANT SELECT ON shop.* TO reader;
      GRANT ALL ON shop.* TO 'writer'@'%'; GRANT reader TO 'writer'@'%';
      CREATE TABLE \`-- weird; name\`.old (id int) ENGINE=MyISAM; INSERT INTO \`-- weird; name\`.old VALUES (1);`);
    await server.sql(kitchenSink, 'shop');
    await server.sql(
      'CREATE VIEW across AS SELECT o.id FROM `-- weird; name`.old o; CREATE DEFINER=`nobody`@`nowhere` VIEW by_nobody AS SELECT 1 AS one;',
      'shop',
    );
  });

  it('captures each, counts what can be counted, and names what cannot', async () => {
    const { manifest, attachments } = await save(server, store);
    expect(manifest.parts.map(({ path }) => path)).toEqual([
      '/--%20weird%3B%20name.sql',
      '/bare.sql',
      '/shop.sql',
    ]);
    expect(manifest.counts).toMatchObject({ 'rows/shop/customers': 3, 'rows/shop/nothing': 0 });
    expect(Object.keys(manifest.hashes ?? {})).toContain('content/shop/customers');
    expect(manifest.warnings.join()).toMatch(/no transactions .*: old/);
    expect(manifest.counts).not.toHaveProperty(['rows/--%20weird%3B%20name/old']);
    expect(mysqlDetailsSchema.parse(manifest.details).schemas.every(({ exact }) => exact)).toBe(true);
    expect([...attachments.keys()].sort()).toEqual(['shop.programs.sql', 'users.json', 'users.sql']);
    expect(Buffer.from(attachments.get('users.sql') ?? '').toString()).toContain(
      'CREATE USER IF NOT EXISTS `writer`@`%`',
    );
  });

  it('restores one of them, and all of them, into a newer server', async () => {
    const snapshot = await save(server, store);
    await using newer = await startMysql({ version: '11.8' });
    const one = await mysqlSource.restore(
      locatorOf(newer),
      { ...snapshot.request('swap'), part: 'shop' },
      testContext({ docker: newer.host }),
    );
    expect(one.restored).toEqual(['shop']);
    // What it shows is in a database that is not restored yet.
    expect(one.warnings.join()).toContain('The view "across" of database "shop" could not be made');
    const all = await mysqlSource.restore(
      locatorOf(newer),
      snapshot.request('swap'),
      testContext({ docker: newer.host }),
    );
    expect(all.restored).toEqual(['-- weird; name', 'bare', 'shop']);
    expect(all.verified).toEqual(snapshot.manifest.counts);
    expect(all.verifiedHashes).toEqual(snapshot.manifest.hashes);
    expect(all.previous).toHaveLength(1);
    expect(all.warnings.join()).toContain('`nobody`@`nowhere`');
    const computed = 'SELECT count(*) FROM across; SELECT shouted, length_of_name FROM customers ORDER BY id';
    expect(await newer.sql(computed, 'shop')).toBe(await server.sql(computed, 'shop'));
    expect(await newer.sql("SHOW GRANTS FOR 'writer'@'%'")).toContain('GRANT `reader` TO `writer`@`%`');
    const asWriter = await newer.exec({
      command: ['mariadb', '--no-defaults', '-uwriter', '-N', '-e', 'SELECT count(*) FROM shop.customers'],
      environment: { MYSQL_PWD: 'its password' },
    });
    expect(asWriter.stdout.toString()).toBe('3\n');
    // A trigger of the restored table is at work, and knows characters outside of the basic plane.
    await newer.sql('INSERT INTO `or``der 1; drop` VALUES (9, 1, 1, 1, 1)', 'shop');
    expect(await newer.sql('SELECT what FROM audit', 'shop')).toBe('before 9 😀');
  });

  it('refuses a target that is older', async () => {
    const snapshot = await save(server, store, { database: 'bare' });
    const request = snapshot.request('swap');
    const details = { ...mysqlDetailsSchema.parse(request.manifest.details), serverVersion: 118_000 };
    await expect(
      mysqlSource.restore(
        locatorOf(server),
        { ...request, manifest: { ...request.manifest, details } },
        testContext({ docker: server.host }),
      ),
    ).rejects.toMatchObject({ code: 'restore-target-older' });
  });

  it('refuses a swap that a foreign key of another database would follow', async () => {
    await server.sql(
      `CREATE TABLE bare.parent (id int PRIMARY KEY); CREATE TABLE shop.child (id int, FOREIGN KEY (id) REFERENCES bare.parent (id));`,
    );
    const snapshot = await save(server, store, { database: 'bare' });
    const before = await databases();
    await expect(
      mysqlSource.restore(locatorOf(server), snapshot.request('swap'), testContext({ docker: server.host })),
    ).rejects.toMatchObject({ code: 'restore-target-busy', message: expect.stringContaining('shop.child') });
    expect(await databases()).toEqual(before);
    await server.sql('DROP TABLE shop.child');
  });
});

describe('an exchange that does not come to its end', () => {
  /** The moves of a restore of `it` from a schema with the same content, as `restore` makes them. */
  async function twoStates(operationId: string) {
    const from = temporaryName(operationId, 0);
    const utf8 = { characterSet: 'utf8mb4', collation: 'utf8mb4_general_ci' };
    await server.sql(
      `CREATE DATABASE it CHARACTER SET utf8mb4; CREATE DATABASE ${from} CHARACTER SET utf8mb4;`,
    );
    await server.sql(kitchenSink, 'it');
    await server.sql('UPDATE ledger_a SET n = 1; INSERT INTO nothing VALUES (4711);', 'it');
    await server.sql(kitchenSink.replaceAll(/CREATE EVENT[^;]*;;/g, ''), from);
    const context = testContext({ docker: server.host, operationId });
    const connected = await connectServer(locatorOf(server), context);
    const move: Move = {
      from: { name: from, ...utf8, objects: await readSchemaObjects(connected.server, from) },
      to: { name: 'it', ...utf8, objects: await readSchemaObjects(connected.server, 'it') },
      keep: 'it_before_20261122T140000Z',
    };
    return { connected, move, context };
  }

  const state = async () => [
    await readSchema(server, 'it'),
    await server.sql(
      "SELECT EVENT_NAME, STATUS FROM information_schema.EVENTS WHERE EVENT_SCHEMA = 'it' ORDER BY 1",
    ),
  ];

  it.each([
    [
      'a trigger of the new state cannot be made',
      { type: 'TRIGGER' as const, sql: 'CREATE TRIGGER nonsense' },
    ],
    ['an event of the new state cannot be made', { type: 'EVENT' as const, sql: 'CREATE EVENT nonsense' }],
  ])('puts everything back when %s', async (_, broken) => {
    const { connected, move, context } = await twoStates('0000-aaaa-bbbb-000000000001');
    const before = await state();
    const programs = [
      ...move.from.objects.programs,
      {
        ...broken,
        name: 'x',
        table: broken.type === 'TRIGGER' ? 'customers' : undefined,
        sqlMode: '',
        collation: 'utf8mb4_bin',
      },
    ];
    await expect(
      exchange(connected.server, [
        { ...move, from: { ...move.from, objects: { ...move.from.objects, programs } } },
      ]),
    ).rejects.toMatchObject({ name: 'HoldfastError' });
    expect(await state()).toEqual(before);
    await mysqlSource.cleanUp?.(locatorOf(server), '0000-aaaa-bbbb-000000000001', context);
    expect((await databases()).filter((name) => /^it|^holdfast/.test(name))).toEqual(['it']);
    expect(await state()).toEqual(before);
    await server.sql('DROP DATABASE it');
  });

  it('is put back by the clean-up when Holdfast died in the middle, however often that runs', async () => {
    const { connected, move, context } = await twoStates('0000-aaaa-bbbb-000000000002');
    const before = await state();
    await exchange(connected.server, [move]);
    expect(await state()).not.toEqual(before);
    // As if the last step, which removes the journal, had not been reached.
    await writeJournal(connected.server, [move]);
    for (let run = 0; run < 2; run += 1) {
      await mysqlSource.cleanUp?.(locatorOf(server), '0000-aaaa-bbbb-000000000002', context);
      expect(await state()).toEqual(before);
    }
    expect((await databases()).filter((name) => /^it|^holdfast/.test(name))).toEqual(['it']);
    await server.sql('DROP DATABASE it');
  });

  it('gives up, and puts everything back, when a transaction holds the tables', async () => {
    const { connected, move, context } = await twoStates('0000-aaaa-bbbb-000000000003');
    const before = await state();
    const holding = server.exec({
      command: [
        'mariadb',
        '--no-defaults',
        '-uroot',
        '-e',
        'START TRANSACTION; SELECT * FROM it.customers; DO SLEEP(60)',
      ],
      environment: { MYSQL_PWD: server.rootPassword },
    });
    await expect
      .poll(
        () => server.sql("SELECT count(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'DO SLEEP%'"),
        { timeout: 60_000 },
      )
      .toBe('1');
    await expect(exchange(connected.server, [move])).rejects.toMatchObject({ code: 'restore-target-busy' });
    await server.sql(
      "SELECT ID INTO @id FROM information_schema.PROCESSLIST WHERE INFO LIKE 'DO SLEEP%'; KILL @id",
    );
    await holding;
    expect(await state()).toEqual(before);
    await mysqlSource.cleanUp?.(locatorOf(server), '0000-aaaa-bbbb-000000000003', context);
    await server.sql('DROP DATABASE it');
  });
});

describe('a drill', () => {
  it('runs on a server of the same image with a password of its own, without data', async () => {
    await server.sql(
      'CREATE DATABASE drilled; CREATE TABLE drilled.t (id int); INSERT INTO drilled.t VALUES (1), (2);',
    );
    const snapshot = await save(server, store, { database: 'drilled' });
    const rehearsal = rehearseMysql(await server.details(), snapshot.manifest);
    expect(rehearsal.dataPaths).toEqual(['/var/lib/mysql']);
    expect(rehearsal.expectedBytes).toBeGreaterThan(100_000_000);
    const password = rehearsal.environment['MARIADB_ROOT_PASSWORD'];
    expect(password).not.toBe(server.rootPassword);
    await using throwaway = await startMysql({ version: '10.11', environment: rehearsal.environment });
    const container = await throwaway.details();
    const context = testContext({ docker: throwaway.host });
    await rehearsal.ready(container, context);
    const report = await mysqlSource.restore(rehearsal.locator(container), snapshot.request('swap'), context);
    expect(report.verified).toEqual(snapshot.manifest.counts);
    expect(report.verifiedHashes).toEqual(snapshot.manifest.hashes);
    await server.sql('DROP DATABASE drilled');
  });
});
