import { randomBytes } from 'node:crypto';
import { Secret } from '@holdfast/runtime';
import { type PostgresContainer, startPostgres } from '@holdfast/sources/testing';
import pg from 'pg';
import { openDatabase } from '../database.ts';
import type { DatabasePlace } from '../place.ts';

const password = 'a test password';

export interface PostgresDatabases {
  readonly server: PostgresContainer;
  /** Of a database there. */
  url(database: string, user?: string, password?: string, port?: number): Secret;
  /** Its name. Databases go with the server: to drop one costs more than the test. */
  empty(): Promise<string>;
  /** With the schema of this version. */
  migrated(): Promise<DatabasePlace>;
  remove(): Promise<void>;
}

/** One server for all tests of a file, and a database of its own for each. */
export async function startPostgresDatabases(): Promise<PostgresDatabases> {
  const server = await startPostgres({ environment: { POSTGRES_PASSWORD: password } });
  const { NetworkSettings } = await server.container.inspect();
  const [host = ''] = Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
  const url = (database: string, user = 'postgres', secret = password, port = 5432) =>
    new Secret(
      `postgres://${user}:${encodeURIComponent(secret)}@${host}:${port}/${database}?sslmode=disable`,
    );
  const administrator = new pg.Pool({ connectionString: url('postgres').reveal(), max: 1 });
  administrator.on('error', () => {});
  let template: Promise<string> | undefined;

  async function create(options = ''): Promise<string> {
    const name = `test_${randomBytes(6).toString('hex')}`;
    await administrator.query(`create database ${name} ${options}`);
    return name;
  }

  async function migratedTemplate(): Promise<string> {
    const name = await create();
    const database = await openDatabase({ kind: 'postgres', url: url(name) });
    await database.destroy();
    return name;
  }

  return {
    server,
    url,
    empty: () => create(),
    async migrated() {
      template ??= migratedTemplate();
      return { kind: 'postgres', url: url(await create(`template ${await template}`)) };
    },
    async remove() {
      await administrator.end();
      await server.remove();
    },
  };
}
