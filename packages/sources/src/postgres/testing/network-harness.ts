import { Secret } from '@holdfast/runtime';
import { temporaryNamePrefix } from '../../container/temporary-name.ts';
import {
  type LiveSource,
  type PostgresContainer,
  type SourceHarness,
  startPostgres,
} from '../../testing/index.ts';
import { applicationName } from '../connected-server.ts';
import type { NetworkLocator, PostgresLocator } from '../locator.ts';
import { postgresSource } from '../postgres-source.ts';
import { quoteIdentifier, quoteLiteral } from '../quoting.ts';
import { type Fingerprint, fingerprint } from './fingerprint.ts';

/** Of `startPostgres`, where nothing else is said. */
export const password = new Secret('a test password');

const database = `shop's "1" $(id)`;
const besideName = 'shop beside';

interface Content {
  readonly database: Fingerprint;
  readonly total: number;
}

/** How the server of a test's container is reached by TCP from here, as if it ran in no container. */
export async function networkLocator(server: PostgresContainer): Promise<NetworkLocator> {
  const { NetworkSettings } = await server.container.inspect();
  const [host] = Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
  if (host === undefined || host === '') throw new Error('The container has no address.');
  return { network: { host, port: 5432, user: 'postgres' } };
}

/** A server that is reached by its address alone: the context names no engine. */
export function networkHarness(version: '15' | '17'): SourceHarness<PostgresLocator> {
  return {
    kind: postgresSource,
    context: { secrets: { password } },
    async create(): Promise<LiveSource<PostgresLocator>> {
      const server = await startPostgres({ version });
      await fill(server);
      return {
        locator: await networkLocator(server),
        read: () => read(server, database),
        async mutate() {
          await server.sql(
            `DELETE FROM accounts WHERE name = 'spare'; CREATE TABLE late (id int);
             INSERT INTO words VALUES ('after the backup')`,
            database,
          );
        },
        async lose() {
          await server.sql(`DROP DATABASE ${quoteIdentifier(database)} WITH (FORCE)`);
        },
        async breakCapture() {
          await server.sql(`ALTER ROLE postgres PASSWORD 'another one'`);
        },
        startWriter: () => startWriter(server),
        assertConsistent(content) {
          const { total } = content as Content;
          if (total !== 1000) throw new Error(`the balances add up to ${total}: half a transaction`);
        },
        beside: { newName: besideName, read: () => read(server, besideName) },
        leftovers: (operationIds) => leftovers(server, operationIds),
        dispose: () => server.remove(),
      };
    },
  };
}

async function fill(server: PostgresContainer): Promise<void> {
  await server.sql(`CREATE DATABASE ${quoteIdentifier(database)}`);
  await server.sql(
    `CREATE TABLE accounts (name text PRIMARY KEY, balance int NOT NULL);
     INSERT INTO accounts VALUES ('left', 400), ('right', 600), ('spare', 0);
     CREATE TABLE words (word text UNIQUE);
     INSERT INTO words VALUES ('Äpfel'), ('a
b'), ($$'; DROP TABLE words; --$$), ('数据');
     CREATE SEQUENCE numbers; SELECT setval('numbers', 41);
     CREATE VIEW total AS SELECT sum(balance) FROM accounts;
     CREATE INDEX ON words (lower(word));
     SELECT lo_from_bytea(70001, decode(repeat('00ff', 5000), 'hex'));`,
    database,
  );
}

async function read(server: PostgresContainer, name: string): Promise<Content> {
  const { definitions, contents } = await fingerprint(server, name);
  return {
    // The name itself may differ: a restore beside has another.
    database: { definitions: definitions.filter((line) => !/DATABASE|^\\connect/.test(line)), contents },
    total: Number(await server.sql('SELECT sum(balance) FROM accounts', name)),
  };
}

async function startWriter(server: PostgresContainer): Promise<{ stop(): Promise<void> }> {
  const stopped = new AbortController();
  const move = () =>
    server.sql(
      `BEGIN; UPDATE accounts SET balance = balance - 1 WHERE name = 'left';
       UPDATE accounts SET balance = balance + 1 WHERE name = 'right'; COMMIT`,
      database,
    );
  await move();
  const writing = (async () => {
    while (!stopped.signal.aborted) await move();
  })();
  return {
    async stop() {
      stopped.abort();
      await writing;
    },
  };
}

async function leftovers(server: PostgresContainer, operationIds: readonly string[]): Promise<string[]> {
  const names = operationIds.map((id) => quoteLiteral(applicationName(id)));
  const prefixes = operationIds.map((id) => `starts_with(datname, ${quoteLiteral(temporaryNamePrefix(id))})`);
  const found = await server.sql(
    `SELECT 'session ' || application_name FROM pg_stat_activity WHERE application_name IN (${names.join()})
     UNION ALL SELECT 'database ' || datname FROM pg_database WHERE ${prefixes.join(' OR ')}`,
  );
  return found === '' ? [] : found.split('\n');
}
