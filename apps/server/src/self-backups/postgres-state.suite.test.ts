import path from 'node:path';
import { type Operation, selfBackupResultSchema } from '@holdfast/contracts';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createActiveLeaseStore } from '../active/active-lease.store.ts';
import { systemClock } from '../clock.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { appliedMigrations } from '../database/migrate.ts';
import type { DatabasePlace } from '../database/place.ts';
import { type PostgresDatabases, startPostgresDatabases } from '../database/testing/postgres-databases.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { startTestServer } from '../testing/test-server.ts';
import { openBackup, sealBackup } from './backup-stream.ts';
import { exportRows } from './export-rows.ts';
import { fillFromBackup } from './fill-from-backup.ts';
import { formatVersion } from './format.ts';
import { postgresState } from './postgres-state.ts';
import { sqliteState } from './sqlite-state.ts';
import type { State } from './state.ts';

/** Self-backups of a state in PostgreSQL, and the way from one kind of state to the other. */

const key = Buffer.alloc(32, 7);

let databases: PostgresDatabases;
beforeAll(async () => {
  databases = await startPostgresDatabases();
});
afterAll(() => databases.remove());

async function onServer() {
  const place = await databases.migrated();
  if (place.kind !== 'postgres') throw new Error('no place on the server');
  return { place, database: await opened(place), state: postgresState(place, systemClock) };
}

async function inFile() {
  const directory = await temporaryFolder();
  const database = await opened({ kind: 'sqlite', file: path.join(directory, 'holdfast.db') });
  return { database, state: sqliteState(directory, systemClock) };
}

async function opened(place: DatabasePlace): Promise<Database> {
  const database = await openDatabase(place);
  onTestFinished(() => database.destroy());
  return database;
}

/** More rows than a page has; names and numbers that other databases sort or write in another way. */
async function fill(database: Database): Promise<void> {
  const names = ['b', 'a', 'B', '~', 'ä', 'a-b', 'shop\'s "db"\n$(x)', '\u{1f4be}'];
  const rows = [...names, ...Array.from({ length: 1200 }, (_, i) => `n${i}`)].map((name) => ({
    name,
    value: name,
  }));
  for (let from = 0; from < rows.length; from += 100) {
    await database
      .insertInto('meta')
      .values(rows.slice(from, from + 100))
      .execute();
  }
  await insertSource(database, 'shop');
  await sql`insert into drills (id, operation_id, source_id, source_name, snapshot_id, snapshot_time, finished_at, ok,
      compared, hashes, duration_ms) values ('d', 'o', 'shop', 'shop', 's', 'x', 'x', 1, '{}', 0, 9007199254740991)`.execute(
    database,
  );
}

async function insertSource(database: Database, name: string): Promise<void> {
  await sql`insert into sources (id, name, kind, server, environment, declared, locator, present, protected, created_at)
    values (${name}, ${name}, 'memory', 'local', 'e', 0, '{}', 0, 0, '2026-01-01T00:00:00.000Z')`.execute(
    database,
  );
}

async function sources(database: Database): Promise<string[]> {
  const rows = await database.selectFrom('sources').select('name').orderBy('name').execute();
  return rows.map(({ name }) => name);
}

/** A backup as a file, in memory. */
async function backedUp(state: State): Promise<Buffer> {
  return state.read(async (database) => {
    const header = {
      holdfast: 'self-backup' as const,
      format: formatVersion,
      version: '0.1.0',
      instance: 'holdfast-test',
      migrations: await appliedMigrations(database),
      createdAt: '2026-11-27T10:00:00.000Z',
    };
    const chunks: Uint8Array[] = [];
    for await (const chunk of sealBackup(exportRows(database, header), key)) chunks.push(chunk);
    return Buffer.concat(chunks);
  });
}

async function* bytes(file: Buffer) {
  yield file;
}

function prepare(state: State, file: Buffer) {
  return state.prepare(async (database) => {
    await fillFromBackup(database, bytes(file), { key, now: new Date() });
  });
}

/** What of it every database gives alike: the header and all tables, and the trailer with the hash. */
async function contentOf(file: Buffer): Promise<unknown[]> {
  const { header, lines } = await openBackup(bytes(file), key);
  const all: unknown[] = [header];
  for await (const line of lines) {
    const isTable = typeof line === 'object' && line !== null && 'columns' in line;
    all.push(isTable ? { ...line, columns: undefined } : line);
  }
  return all;
}

async function schemas(database: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select nspname as name from pg_namespace where nspname like 'holdfast%' order by nspname`.execute(
    database,
  );
  return rows.map(({ name }) => name);
}

it('a backup of a file goes into PostgreSQL and back, and no row of it changes', async () => {
  const file = await inFile();
  await fill(file.database);
  const first = await backedUp(file.state);
  const server = await onServer();
  await (await prepare(server.state, first)).swap(async () => {});
  const second = await backedUp(server.state);
  expect(await contentOf(second)).toEqual(await contentOf(first));
  const other = await inFile();
  await other.database.destroy();
  await (await prepare(other.state, second)).swap(async () => {});
  expect(await contentOf(await backedUp(other.state))).toEqual(await contentOf(first));
  // What refers to a row goes with it: the references are there again.
  await expect(
    sql`insert into drills select 'e', operation_id, 'nowhere', source_name, snapshot_id, snapshot_time, finished_at, ok,
      compared, hashes, duration_ms, error from drills`.execute(server.database),
  ).rejects.toThrow(/foreign key/);
});

it('a reader sees one state while others write', async () => {
  const { database, state } = await onServer();
  await insertSource(database, 'before');
  await state.read(async (reader) => {
    expect(await sources(reader)).toEqual(['before']);
    await insertSource(database, 'meanwhile');
    expect(await sources(reader)).toEqual(['before']);
  });
  const writing = state.read((reader) => insertSource(reader, 'written'));
  await expect(writing).rejects.toMatchObject({ code: 'database-read-only' });
});

it('a swap can be taken back, leaves no half, and keeps the last three states', async () => {
  const { database, state } = await onServer();
  const file = await backedUp(state);
  await insertSource(database, 'present');
  const { takeBack } = await (await prepare(state, file)).swap(async () => {});
  expect(await sources(database)).toEqual([]);
  await takeBack();
  expect(await sources(database)).toEqual(['present']);
  expect(await schemas(database)).toEqual(['holdfast']);

  const older = ['20260101', '20260102', '20260103'].map((day) => `holdfast_before_${day}_000000000`);
  for (const name of older) await sql`create schema ${sql.id(name)}`.execute(database);
  const prepared = await prepare(state, file);
  await expect(prepared.swap(() => Promise.reject(new Error('not carried')))).rejects.toThrow('not carried');
  expect(await sources(database)).toEqual(['present']);
  await prepared.swap(async () => {});
  expect(await sources(database)).toEqual([]);
  const newest = expect.stringMatching(/^holdfast_before_\d{8}_\d{9}$/);
  expect(await schemas(database)).toEqual(['holdfast', ...older.slice(1), newest]);
});

it('who waits for the database gets it in the state that took over, and who has it keeps it', async () => {
  const { database, state } = await onServer();
  const file = await backedUp(state);
  const lease = createActiveLeaseStore(database);
  await lease.prepare();
  const seen = await lease.read();
  let taken: Promise<boolean> | undefined;
  await (await prepare(state, file)).swap(async () => {
    taken = lease.take(seen, 'another/1');
  });
  expect(await taken).toBe(true);
  expect(await lease.beat('another/1')).toBe(true);
  const refused = await prepare(state, file);
  await expect(refused.swap(async () => {})).rejects.toMatchObject({ code: 'database-in-use' });
  await refused.discard();
  expect(await lease.beat('another/1')).toBe(true);
});

it('a running Holdfast backs its state up and starts again on what was restored', async () => {
  const { place, database } = await onServer();
  const environment = {
    HOLDFAST_DATABASE_URL: place.url.reveal(),
    HOLDFAST_BACKUP_ENCRYPTION_KEY: key.toString('hex'),
  };
  // What a process that was killed left.
  await sql`create schema holdfast_restore_abc`.execute(database);
  const { server, api, ended } = await startTestServer({ mode: 'serve', environment });
  let lost = false;
  void server.lost.then(() => {
    lost = true;
  });
  expect(await schemas(database)).toEqual(['holdfast']);
  await insertSource(database, 'before');
  const asked = await api('POST', '/v1/admin/snapshots/create', { database: 'main' });
  const { uri } = selfBackupResultSchema.parse((await ended(asked)).result);
  await insertSource(database, 'after');
  const vault = await database.selectFrom('vault_secrets').select('name').execute();

  const { id } = (await api('POST', '/v1/admin/snapshots/restore', { uri })).body as { id: string };
  let operation: Operation | undefined;
  while (operation?.state !== 'succeeded') {
    expect(operation?.state).not.toBe('failed');
    await new Promise((resolve) => setTimeout(resolve, 50));
    // While it starts again nothing listens.
    const answer = await api('GET', `/v1/operations/${id}`).catch(() => undefined);
    if (answer?.status === 200) operation = answer.body as Operation;
  }
  expect(await sources(database)).toEqual(['before']);
  expect(await database.selectFrom('vault_secrets').select('name').execute()).toEqual(vault);
  expect(await schemas(database)).toEqual(['holdfast', operation.result?.['previous']]);
  const { holder, beat } = await createActiveLeaseStore(database).read();
  expect(holder).not.toBeNull();
  await expect
    .poll(() => createActiveLeaseStore(database).read(), { timeout: 15_000 })
    .not.toEqual({ holder, beat });
  expect(lost).toBe(false);
});
