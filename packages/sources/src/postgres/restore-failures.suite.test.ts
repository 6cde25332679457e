import { HoldfastError } from '@holdfast/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryName } from '../container/temporary-name.ts';
import type { PartReader, RestoreRequest } from '../source.ts';
import { failOnLeakedContainers, type PostgresContainer, startPostgres } from '../testing/index.ts';
import { cleanUpRestore, restoreServer } from './restore.ts';
import { distrustedReader, haltingReader } from './testing/broken-readers.ts';
import { type DumpedSnapshot, dumpServer } from './testing/dumped-snapshot.ts';
import { connect, type RestoreSession } from './testing/restore-session.ts';

failOnLeakedContainers();

let container: PostgresContainer;
let snapshot: DumpedSnapshot;

beforeAll(async () => {
  container = await startPostgres({ version: '15', command: ['-c', 'max_prepared_transactions=5'] });
  await container.sql('CREATE ROLE owner; CREATE DATABASE app OWNER owner');
  await container.sql(
    `CREATE TABLE things AS SELECT i AS id, md5(i::text) AS word FROM generate_series(1, 50000) i; ALTER TABLE things ADD PRIMARY KEY (id);`,
    'app',
  );
  snapshot = await dumpServer(container, (await connect(container)).connected, ['app']);
  await container.sql('DELETE FROM things WHERE id > 7; DROP ROLE IF EXISTS helper', 'app');
});

afterAll(async () => {
  await snapshot[Symbol.asyncDispose]();
  await container.remove();
});

const databasesAndRoles = () =>
  container.sql(`SELECT string_agg(oid || ' ' || datname, ',' ORDER BY oid) FROM pg_database;
    SELECT string_agg(rolname, ',' ORDER BY oid) FROM pg_roles`);

/** The old database serves on as it was, and nothing is left of the attempt. */
async function expectUntouched(before: string): Promise<void> {
  expect(await databasesAndRoles()).toBe(before);
  expect(await container.sql('SELECT count(*) FROM things', 'app')).toBe('7');
}

async function failing(changes: Partial<RestoreRequest>, session?: RestoreSession): Promise<HoldfastError> {
  const before = await databasesAndRoles();
  const { connected, context } = session ?? (await connect(container));
  const error: unknown = await restoreServer(connected, snapshot.request(changes), context).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof HoldfastError)) throw new Error(`not a HoldfastError: ${String(error)}`);
  await expectUntouched(before);
  return error;
}

const withReader = (change: (reader: PartReader) => PartReader) => ({ parts: snapshot.parts.map(change) });

/** kill -9 by name, with what every image has. */
const kill = (program: string) =>
  container.exec({
    user: '0',
    command: [
      'sh',
      '-c',
      'for p in /proc/[0-9]*; do read -r name <"$p/comm" && [ "$name" = "$1" ] && kill -9 "${p#/proc/}"; done; true',
      'kill',
      program,
    ],
  });

describe('a restore that fails leaves the old data serving, when', () => {
  it('pg_restore is killed midway', async () => {
    const error = await failing(
      withReader((reader) => haltingReader(reader, async () => void (await kill('pg_restore')))),
    );
    expect(error).toMatchObject({
      code: 'restore-failed',
      message: expect.stringMatching(/loading database "app".*status 137/),
    });
  });

  it('the stream breaks off', async () => {
    const broken = new HoldfastError('engine-failed', 'restic: connection reset');
    const error = await failing(withReader((reader) => haltingReader(reader, () => Promise.reject(broken))));
    expect(error).toMatchObject({
      code: 'engine-failed',
      message: expect.stringContaining('connection reset'),
    });
  });

  it('the reader finds at the end that the data was not complete', async () => {
    const error = await failing(
      withReader((reader) => distrustedReader(reader, new HoldfastError('repository-corrupt', 'bad pack'))),
    );
    expect(error).toMatchObject({ code: 'repository-corrupt', message: expect.stringContaining('bad pack') });
  });

  it('a dump is damaged', async () => {
    const error = await failing({
      parts: snapshot.parts.map(
        ({ part }): PartReader => ({
          part,
          stream: async () => {
            const { Readable } = await import('node:stream');
            return { stream: Readable.from([Buffer.from('PGDMP nothing more')]), done: Promise.resolve() };
          },
          toDescriptor: () => Promise.reject(new Error('only made for streams')),
        }),
      ),
    });
    expect(error).toMatchObject({ code: 'restore-failed', message: expect.stringContaining('pg_restore') });
  });

  it('the counts differ', async () => {
    const counts = { ...snapshot.manifest.counts, 'rows/app/public.things': 50_001 };
    const error = await failing({ manifest: { ...snapshot.manifest, counts } });
    expect(error).toMatchObject({
      code: 'restore-verification-failed',
      message: expect.stringContaining('table "public"."things" has 50000, had 50001'),
    });
  });

  it('it is cancelled while it loads', async () => {
    const session = await connect(container);
    const error = await failing(
      withReader((reader) =>
        haltingReader(reader, async () => {
          session.cancel();
          await new Promise((resolve) => setTimeout(resolve, 200));
        }),
      ),
      session,
    );
    expect(error.code).toBe('cancelled');
  });

  it('the target has not enough space', async () => {
    const details = {
      ...snapshot.details,
      databases: snapshot.details.databases.map((database) => ({ ...database, bytes: 1e15 })),
    };
    const error = await failing({ manifest: { ...snapshot.manifest, details } });
    expect(error).toMatchObject({
      code: 'restore-space',
      message: expect.stringMatching(/\d+ MiB.*\d+ MiB/),
    });
  });

  it('the target lacks an extension or a locale', async () => {
    const [database] = snapshot.details.databases;
    const lacking = (changes: object) => ({
      manifest: {
        ...snapshot.manifest,
        details: { ...snapshot.details, databases: [{ ...database, ...changes }] },
      },
    });
    const extensions = [{ name: 'from_afar', version: '1.0', schema: 'public' }];
    expect(await failing(lacking({ extensions }))).toMatchObject({
      code: 'restore-target-incomplete',
      message: expect.stringContaining('from_afar'),
    });
    const properties = { ...(database?.properties as object), collate: 'xx_XX.utf8', ctype: 'xx_XX.utf8' };
    expect(await failing(lacking({ properties }))).toMatchObject({
      code: 'restore-target-incomplete',
      message: expect.stringContaining('xx_XX.utf8'),
    });
  });

  it('a prepared transaction holds the old database', async () => {
    await container.sql(`BEGIN; LOCK TABLE things; PREPARE TRANSACTION 'held'`, 'app');
    try {
      const { connected, context } = await connect(container);
      await expect(restoreServer(connected, snapshot.request(), context)).rejects.toMatchObject({
        code: 'restore-target-busy',
        message: expect.stringContaining('"held" in "app"'),
      });
    } finally {
      await container.sql(`ROLLBACK PREPARED 'held'`, 'app');
    }
  });

  it('roles that were made for it are removed again', async () => {
    const globals = `CREATE ROLE for_nothing; ALTER ROLE for_nothing WITH LOGIN PASSWORD 'x';`;
    const counts = { ...snapshot.manifest.counts, 'rows/app/public.things': 1 };
    await failing({
      manifest: { ...snapshot.manifest, counts },
      attachments: new Map([['globals.sql', Buffer.from(globals)]]),
    });
  });
});

describe('what a dead restore left', () => {
  it('is removed by its clean-up, subscriptions and template flags included; other operations are not touched', async () => {
    const before = await databasesAndRoles();
    const { connected, context } = await connect(container);
    const other = temporaryName('00000000-0000-7000-8000-000000000000', 0);
    await container.sql(`CREATE DATABASE ${other}`);
    await container.sql(`CREATE DATABASE ${temporaryName(context.operationId, 0)} IS_TEMPLATE true`);
    const subscribed = temporaryName(context.operationId, 1);
    await container.sql(`CREATE DATABASE ${subscribed}`);
    await container.sql(
      `CREATE SUBSCRIPTION "s; x" CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false)`,
      subscribed,
    );
    expect(await cleanUpRestore(connected, context.operationId)).toHaveLength(2);
    expect(await cleanUpRestore(connected, context.operationId)).toEqual([]);
    await container.sql(`DROP DATABASE ${other}`);
    await expectUntouched(before);
  });
});
