import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Operation, selfBackupListSchema, selfBackupResultSchema } from '@holdfast/contracts';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../database/database.ts';
import { connectSqlite } from '../database/sqlite.ts';
import { fakeContainer } from '../testing/fake-docker.ts';
import { startTestServer } from '../testing/test-server.ts';
import { openBackup } from './backup-stream.ts';

const key = 'ab'.repeat(32);
const environment = { HOLDFAST_BACKUP_ENCRYPTION_KEY: key };
const wanted = { database: 'main', destination: 'data-directory' };

type Server = Awaited<ReturnType<typeof startTestServer>>;

async function backUp({ api, ended }: Server) {
  const operation = await ended(await api('POST', '/v1/admin/snapshots/create', wanted));
  expect(operation).toMatchObject({ kind: 'self-backup', state: 'succeeded' });
  const result = selfBackupResultSchema.parse(operation.result);
  return { ...result, file: result.file ?? '' };
}

async function restore({ api }: Server, uri: string): Promise<Operation> {
  const { body } = await api('POST', '/v1/admin/snapshots/restore', { uri });
  const { id } = body as { id: string };
  for (;;) {
    // While it starts again nothing listens.
    const answer = await api('GET', `/v1/operations/${id}`).catch(() => undefined);
    const operation = answer?.body as Operation | undefined;
    if (operation !== undefined && !['queued', 'running'].includes(operation.state)) return operation;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A destination whose secret goes into the vault. */
async function addBucket({ api }: Server): Promise<void> {
  const added = await api('POST', '/v1/destinations', {
    name: 'offsite',
    kind: 's3',
    settings: {
      endpoint: 'http://127.0.0.1:1',
      bucket: 'backups',
      accessKeyId: 'id',
      secretAccessKey: 'the-secret-of-the-bucket',
    },
    force: true,
  });
  expect(added.status).toBe(201);
}

async function secretNames({ dataDirectory }: Server): Promise<string[]> {
  const database = connectSqlite(path.join(dataDirectory, 'holdfast.db'));
  const rows = await database.selectFrom('vault_secrets').select('name').orderBy('name').execute();
  await database.destroy();
  return rows.map(({ name }) => name);
}

async function sourceNames({ dataDirectory }: Server): Promise<string[]> {
  const database = connectSqlite(path.join(dataDirectory, 'holdfast.db'));
  const rows = await database.selectFrom('sources').select('name').orderBy('name').execute();
  await database.destroy();
  return rows.map(({ name }) => name);
}

async function insertSource({ dataDirectory }: Server, name: string): Promise<void> {
  const database = connectSqlite(path.join(dataDirectory, 'holdfast.db'));
  await sql`insert into sources (id, name, kind, server, environment, declared, locator, present, protected, created_at)
    values (${name}, ${name}, 'memory', 'local', 'e', 0, '{}', 0, 0, '2026-01-01T00:00:00.000Z')`.execute(
    database,
  );
  await database.destroy();
}

async function content(file: string, opening = Buffer.from(key, 'hex')): Promise<string> {
  async function* bytes() {
    yield readFileSync(file);
  }
  const { header, lines } = await openBackup(bytes(), opening);
  let text = JSON.stringify(header);
  for await (const line of lines) text += `\n${JSON.stringify(line)}`;
  return text;
}

describe('a self-backup', () => {
  it('is one private file that holds every table but the secret ones, and no secret', async () => {
    const server = await startTestServer({ environment });
    await addBucket(server);
    await insertSource(server, "shop's db\n$(x)");
    server.docker.containers = [fakeContainer('db', { labels: { 'memory.key': 'db' } })];
    server.source.content.set('db', new Map([['/db.dump', 'content']]));
    await server.ended(await server.api('POST', '/v1/backups', { all: true }));
    const { file, uri, bytes } = await backUp(server);
    expect(path.basename(file)).toMatch(/^holdfast-backup-\d{8}-\d{6}\.hfbackup$/);
    expect(path.dirname(file)).toBe(path.join(server.dataDirectory, 'backups'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(file).size).toBe(bytes);
    expect(readdirSync(path.dirname(file))).toEqual([path.basename(file)]);

    const text = await content(file);
    expect(text).toContain("shop's db");
    expect(text).toContain('"table":"snapshots"');
    const database = connectSqlite(path.join(server.dataDirectory, 'holdfast.db'));
    const vault = await database.selectFrom('vault_secrets').selectAll().execute();
    await database.destroy();
    expect(vault.length).toBeGreaterThan(0);
    for (const { envelope } of vault) expect(text).not.toContain(envelope);
    for (const word of ['vault_secrets', 'the-secret-of-the-bucket', key]) expect(text).not.toContain(word);
    const dotEnv = readFileSync(path.join(server.dataDirectory, '.env'), 'utf8');
    expect(text).not.toContain(/HOLDFAST_MASTER_KEY=(\w+)/.exec(dotEnv)?.[1]);

    const list = selfBackupListSchema.parse((await server.api('GET', '/v1/admin/snapshots')).body);
    expect(list).toMatchObject({ items: [{ uri, bytes, stored: true }], provider: 'local' });
  });

  it('holds a table that nobody thought of, and refuses to leave out one without a key', async () => {
    const server = await startTestServer({ environment });
    const database = connectSqlite(path.join(server.dataDirectory, 'holdfast.db'));
    await sql`create table later_noun (id text primary key, value text)`.execute(database);
    await sql`insert into later_noun values ('1', 'not forgotten')`.execute(database);
    const { file } = await backUp(server);
    expect(await content(file)).toContain('not forgotten');
    await sql`create table without_key (value text)`.execute(database);
    await database.destroy();
    const failed = await server.ended(await server.api('POST', '/v1/admin/snapshots/create', wanted));
    expect(failed).toMatchObject({ state: 'failed' });
    expect((await server.api('GET', '/v1/alerts')).body).toMatchObject({
      items: [{ code: 'self-backup-failed', subject: { kind: 'holdfast' } }],
    });
  });

  it('makes its key at the first start, and keeps it in .env', async () => {
    const server = await startTestServer();
    const { file } = await backUp(server);
    const dotEnv = readFileSync(path.join(server.dataDirectory, '.env'), 'utf8');
    const made = /^HOLDFAST_BACKUP_ENCRYPTION_KEY=([0-9a-f]{64})$/m.exec(dotEnv)?.[1] ?? '';
    expect(await content(file, Buffer.from(made, 'hex'))).toContain('self-backup');
  });
});

describe.each(['serve', 'embedded'] as const)('a restore through a running Holdfast (%s)', (mode) => {
  it('runs on the state of the backup afterwards, with the present vault and the operation in it', async () => {
    const server = await startTestServer({ mode, environment });
    await insertSource(server, 'before');
    await insertSource(server, 'uploads');
    const { uri } = await backUp(server);
    await insertSource(server, 'after');
    await addBucket(server);
    const vault = await secretNames(server);
    expect(vault.length).toBeGreaterThan(0);
    const address = server.server.url;

    const operation = await restore(server, uri);
    expect(operation).toMatchObject({ kind: 'self-restore', state: 'succeeded' });
    expect(await sourceNames(server)).toEqual(['before', 'uploads']);
    expect((await server.api('GET', '/v1/operations')).status).toBe(200);
    if (address !== undefined) expect((await fetch(`${address}/healthz`)).status).toBe(200);

    expect(await secretNames(server)).toEqual(vault);
    const previous = connectSqlite(String(operation.result?.['previous']));
    expect(await previous.selectFrom('sources').select('name').execute()).toHaveLength(3);
    await previous.destroy();
    expect(existsSync(path.join(server.dataDirectory, 'holdfast.db.restoring'))).toBe(false);
    // And again, on what came out of it.
    expect(await restore(server, uri)).toMatchObject({ state: 'succeeded' });
  });

  it('changes nothing when the file is damaged anywhere, or another key made it', async () => {
    const server = await startTestServer({ mode, environment });
    const { file, uri } = await backUp(server);
    await insertSource(server, 'after');
    const whole = readFileSync(file);
    const inode = statSync(path.join(server.dataDirectory, 'holdfast.db')).ino;
    const flips = [0, 5, 90, 300, Math.floor(whole.length / 2), whole.length - 1];
    for (const at of flips) {
      const altered = Buffer.from(whole);
      altered[at] = (altered[at] ?? 0) ^ 0x01;
      writeFileSync(file, altered);
      expect(await restore(server, uri), `a bit of byte ${at}`).toMatchObject({
        state: 'failed',
        error: { code: 'backup-damaged' },
      });
    }
    for (const length of [0, 10, Math.floor(whole.length / 2), whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, length));
      expect(await restore(server, uri), `cut at ${length}`).toMatchObject({
        error: { code: 'backup-damaged' },
      });
    }
    const other = await startTestServer({ environment: { HOLDFAST_BACKUP_ENCRYPTION_KEY: 'cd'.repeat(32) } });
    writeFileSync(file, readFileSync((await backUp(other)).file));
    expect(await restore(server, uri)).toMatchObject({ error: { code: 'backup-key-wrong' } });
    expect(statSync(path.join(server.dataDirectory, 'holdfast.db')).ino).toBe(inode);
    expect(await sourceNames(server)).toEqual(['after']);
    expect(readdirSync(server.dataDirectory).filter((name) => /restoring|before|fetched/.test(name))).toEqual(
      [],
    );
  });

  it('goes back to what it ran on when it does not start on what was restored', async () => {
    const server = await startTestServer({ mode, environment });
    const { uri } = await backUp(server);
    await insertSource(server, 'after');
    // The restored Holdfast cannot open its vault: the check of every start.
    const database = connectSqlite(path.join(server.dataDirectory, 'holdfast.db'));
    await sql`insert into vault_secrets values ('0-broken', 'no envelope', 'x')`.execute(database);
    await sql`create trigger heal after update on operations when new.state = 'failed' begin
      delete from vault_secrets where name = '0-broken'; end`.execute(database);
    await database.destroy();
    expect(await restore(server, uri)).toMatchObject({ kind: 'self-restore', state: 'failed' });
    expect(await sourceNames(server)).toEqual(['after']);
    expect((await server.api('GET', '/v1/operations')).status).toBe(200);
  });
});

describe('a restore of Holdfast', () => {
  it('refuses addresses outside its places, except from who owns this machine', async () => {
    const server = await startTestServer({ environment });
    const ask = (uri: string) => server.api('POST', '/v1/admin/snapshots/restore', { uri });
    for (const uri of [
      's3://else/where',
      'azure://else/where',
      'http://x/y',
      '/etc/passwd',
      'file://host/x',
    ]) {
      expect(await ask(uri), uri).toMatchObject({ status: 400, body: { code: 'invalid-input' } });
    }
    expect(await restore(server, 'file:///no/such.hfbackup')).toMatchObject({ error: { code: 'not-found' } });
    expect(await restore(server, 'file:///dev/zero')).toMatchObject({ error: { code: 'not-found' } });
    expect(await restore(server, 'file:///etc/passwd')).toMatchObject({ error: { code: 'backup-damaged' } });
  });

  it('does not begin again, or take back, what ran when the backup was made', async () => {
    const server = await startTestServer({ environment });
    const file = path.join(server.dataDirectory, 'holdfast.db');
    const database = await openDatabase({ kind: 'sqlite', file });
    const columns = sql`(id, kind, state, slots, attempt, params, fence, heartbeat, cancel_requested, clean_up, repeat, created_at)`;
    await sql`insert into operations ${columns} values ('0', 'restore', 'interrupted', 0, 1, '{}', 1, 1, 0, 'none', 1, 'x')`.execute(
      database,
    );
    await sql`insert into stopped_services values ('0', 'c', 'c', 'stop', 'x')`.execute(database);
    const { uri } = await backUp(server);
    await sql`update operations set repeat = 0`.execute(database);
    await database.destroy();
    expect(await restore(server, uri)).toMatchObject({ state: 'succeeded' });
    const after = connectSqlite(file);
    const rows = await after.selectFrom('operations').select(['id', 'repeat', 'state', 'kind']).execute();
    await after.destroy();
    expect(rows.filter(({ repeat }) => repeat === 1)).toEqual([]);
    // The backup itself was running in the state that it holds.
    expect(rows.find(({ kind }) => kind === 'self-backup')).toMatchObject({ state: 'interrupted' });
  });
});
