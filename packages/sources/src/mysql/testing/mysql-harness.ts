import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { z } from 'zod';
import { temporaryNamePrefix } from '../../container/temporary-name.ts';
import type { MysqlContainer, MysqlContainerOptions, SourceHarness } from '../../testing/index.ts';
import { startMysql } from '../../testing/index.ts';
import type { MysqlLocator } from '../locator.ts';
import { mysqlSource } from '../mysql-source.ts';
import { quoteIdentifier } from '../quoting.ts';
import { kitchenSink } from './kitchen-sink.ts';

const contentSchema = z.object({ dump: z.string(), ledgers: z.string() });

/**
 * All that a dump shows of a schema: tables, rows, views, triggers, routines. (MariaDB's program fails at the events of a
 * schema whose name holds a quote.)
 */
export async function readSchema(server: MysqlContainer, schema: string): Promise<string> {
  const { exitCode, stdout, stderr } = await server.exec({
    command: [
      'mariadb-dump',
      '--no-defaults',
      '--user=root',
      '--routines',
      '--triggers',
      '--hex-blob',
      '--skip-comments',
      '--default-character-set=utf8mb4',
      '--',
      schema,
    ],
    environment: { MYSQL_PWD: server.rootPassword },
  });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.toString('utf8');
}

/**
 * One server for the whole suite. Each check has a schema of its own on it, and a source that is restricted to it.
 */
export function mysqlHarness(options: MysqlContainerOptions): SourceHarness<MysqlLocator> {
  let server: MysqlContainer;
  beforeAll(async () => {
    server = await startMysql(options);
  });
  afterAll(() => server.remove());
  // The engine's address is known when the server runs.
  const context = {
    get docker() {
      return server.host;
    },
  };
  return {
    kind: mysqlSource,
    context,
    async create() {
      const schema = `app \`${randomBytes(4).toString('hex')}' "$(x);`;
      const quoted = quoteIdentifier(schema);
      const newName = `${schema} copy`;
      await server.sql(`CREATE DATABASE ${quoted} CHARACTER SET utf8mb4 COLLATE utf8mb4_swedish_ci`);
      await server.sql(kitchenSink, schema);
      const read = async (name: string) => ({
        dump: (await readSchema(server, name)).replaceAll(quoteIdentifier(name), '`it`'),
        ledgers: await server.sql(
          'SELECT count(*), coalesce(sum(n), 0) FROM ledger_a UNION ALL SELECT count(*), coalesce(sum(n), 0) FROM ledger_b',
          name,
        ),
        events: await server.sql(
          'SELECT EVENT_NAME, EVENT_DEFINITION, STATUS, STARTS, INTERVAL_VALUE, INTERVAL_FIELD, DEFINER, SQL_MODE, TIME_ZONE FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() ORDER BY 1',
          name,
        ),
        defaults: await server.sql('SELECT @@character_set_database, @@collation_database', name),
      });
      return {
        locator: { container: { id: server.id, name: server.name }, settings: { database: schema } },
        read: () => read(schema),
        async mutate() {
          await server.sql(
            `UPDATE customers SET name = 'changed' WHERE id = 1; DELETE FROM \`or\`\`der 1; drop\` WHERE id = 2;
             DROP VIEW a_first; DROP TRIGGER tr2; DROP EVENT tidy; CREATE TABLE newer (id int);
             CREATE TRIGGER \`newer\` BEFORE INSERT ON \`newer\` FOR EACH ROW SET NEW.id = 1;
             CREATE EVENT newer ON SCHEDULE EVERY 1 DAY STARTS '2026-01-01 00:00:00' DO SELECT 1;`,
            schema,
          );
        },
        async lose() {
          await server.sql(`DROP DATABASE ${quoted}`);
        },
        async breakCapture() {
          // A table of an engine that does not survive a crash, after one.
          await server.sql(
            'CREATE TABLE broken (id int) ENGINE=MyISAM; INSERT INTO broken VALUES (1); FLUSH TABLES;',
            schema,
          );
          const damage = `find /var/lib/mysql -path "*$1*" -name broken.MYI -exec sh -c 'echo damaged > "$0"' {} ';'`;
          const { exitCode, stderr } = await server.exec({
            command: ['sh', '-c', damage, 'damage', /[0-9a-f]{8}/.exec(schema)?.[0] ?? ''],
            user: '0',
          });
          if (exitCode !== 0) throw new Error(stderr);
        },
        startWriter: () => startWriter(server, schema),
        assertConsistent(content) {
          const [a, b] = contentSchema.parse(content).ledgers.split('\n');
          expect(a).toBe(b);
          expect(a).not.toMatch(/^0\t/);
        },
        beside: { newName, read: () => read(newName) },
        leftovers: (operationIds) => leftovers(server, operationIds),
        async dispose() {
          const names = (await server.sql('SHOW DATABASES')).split('\n');
          const mine = names.filter((name) => name.startsWith(schema.slice(0, 13)));
          for (const name of mine) await server.sql(`DROP DATABASE ${quoteIdentifier(name)}`);
        },
      };
    },
  };
}

/** Two rows in each transaction: the ledgers are equal in every state that is one. */
async function startWriter(server: MysqlContainer, schema: string) {
  const flag = `/tmp/stop-${randomBytes(4).toString('hex')}`;
  const script = `
    i=0
    while [ ! -e "$1" ]; do
      i=$((i + 1))
      echo "START TRANSACTION; INSERT INTO ledger_a (n) VALUES ($i); INSERT INTO ledger_b (n) VALUES ($i); COMMIT;"
      sleep 0.01
    done | mariadb --no-defaults --user=root --database="$2"`;
  const writing = server.exec({
    command: ['sh', '-c', script, 'writer', flag, schema],
    environment: { MYSQL_PWD: server.rootPassword },
    input: { readable: Readable.from([]) },
  });
  const written = async () => Number(await server.sql('SELECT count(*) FROM ledger_b', schema));
  while ((await written()) === 0) await sleep(50);
  return {
    async stop() {
      await server.exec({ command: ['touch', flag] });
      const { exitCode, stderr } = await writing;
      if (exitCode !== 0) throw new Error(stderr);
    },
  };
}

/** Sessions other than this one, and schemas that an operation worked in. */
async function leftovers(server: MysqlContainer, operationIds: readonly string[]): Promise<string[]> {
  const giveUp = Date.now() + 10_000;
  for (;;) {
    const schemas = (await server.sql('SHOW DATABASES'))
      .split('\n')
      .filter((name) => operationIds.some((id) => name.startsWith(temporaryNamePrefix(id))));
    const sessions = await server.sql(
      "SELECT concat('session ', ID, ' ', COMMAND, ' ', coalesce(INFO, '')) FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND USER NOT IN ('system user', 'event_scheduler')",
    );
    const left = [...schemas, ...sessions.split('\n').filter((line) => line !== '')];
    if (left.length === 0 || Date.now() > giveUp) return left;
    // The server notices a moment later that a client is gone.
    await sleep(100);
  }
}
