import { open, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { testContext } from '../testing/context.ts';
import { FolderStore } from '../testing/folder-store.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { captureSqlite } from './capture.ts';
import { crashedCopy } from './testing/crashed-copy.ts';
import { memoryFolderOf } from './work-folder.ts';

async function makeDatabase(sql: string): Promise<string> {
  const file = path.join(await temporaryFolder(), 'app.db');
  const database = new Database(file);
  // Lets tests write into the schema what an extension of an application would.
  database.unsafeMode(true);
  database.exec(sql);
  database.close();
  return file;
}

/** What a capture stores, and what it says of it. */
async function capture(file: string) {
  const context = testContext();
  await using store = await FolderStore.create();
  const snapshot = await store.save('sqlite', await captureSqlite({ path: file }, context), context.signal);
  const copy = path.join(await temporaryFolder(), 'copy.db');
  const target = await open(copy, 'wx');
  for (const reader of snapshot.request('swap').parts) await reader.toDescriptor(target.fd);
  await target.close();
  return { manifest: snapshot.manifest, copy };
}

describe('what cannot be captured is refused in plain words', () => {
  it('a missing file, which is not created', async () => {
    const folder = await temporaryFolder();
    await expect(captureSqlite({ path: path.join(folder, 'no.db') }, testContext())).rejects.toMatchObject({
      code: 'source-unreadable',
      message: expect.stringContaining('There is no file'),
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('a folder', async () => {
    await expect(captureSqlite({ path: await temporaryFolder() }, testContext())).rejects.toMatchObject({
      code: 'source-unreadable',
    });
  });

  it('an empty file', async () => {
    const file = path.join(await temporaryFolder(), 'app.db');
    await writeFile(file, '');
    await expect(captureSqlite({ path: file }, testContext())).rejects.toMatchObject({
      code: 'source-corrupt',
      message: expect.stringContaining('empty'),
    });
  });

  it('something else than a database, with a word on encrypted ones', async () => {
    const file = path.join(await temporaryFolder(), 'app.db');
    await writeFile(file, 'x'.repeat(5000));
    await expect(captureSqlite({ path: file }, testContext())).rejects.toMatchObject({
      code: 'source-corrupt',
      hint: expect.stringContaining('SQLCipher'),
    });
  });

  it('a database with a damaged page', async () => {
    const file = await makeDatabase(
      'CREATE TABLE t (a TEXT); INSERT INTO t VALUES (hex(randomblob(30000))), (hex(randomblob(30000)))',
    );
    const handle = await open(file, 'r+');
    await handle.write(Buffer.alloc(4096, 0xff), 0, 4096, 4096);
    await handle.close();
    const context = testContext();
    await expect(captureSqlite({ path: file }, context)).rejects.toMatchObject({ code: 'source-corrupt' });
    await expect(stat(memoryFolderOf(context.operationId))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('a database that another program keeps locked', { timeout: 40_000 }, async () => {
    const file = await makeDatabase('CREATE TABLE t (a)');
    const other = new Database(file);
    other.exec('BEGIN EXCLUSIVE');
    await expect(captureSqlite({ path: file }, testContext())).rejects.toMatchObject({
      code: 'source-unreadable',
      message: expect.stringContaining('locked'),
    });
    other.close();
  });
});

describe('a capture', () => {
  it('holds what is only in the write-ahead log', async () => {
    const file = await makeDatabase('PRAGMA journal_mode = WAL; CREATE TABLE t (a)');
    const application = new Database(file);
    application.pragma('wal_autocheckpoint = 0');
    application.exec('INSERT INTO t VALUES (1), (2), (3)');
    const { manifest } = await capture(file);
    application.close();
    expect(manifest.counts).toEqual({ 'main.t': 3 });
    expect(manifest.details).toMatchObject({ journalMode: 'wal', form: 'vacuum', check: 'integrity' });
  });

  it.each(['wal', 'delete'])('is whole after a crash of the application in mode %s', async (mode) => {
    const file = await makeDatabase(
      `PRAGMA journal_mode = ${mode}; CREATE TABLE t (a); INSERT INTO t VALUES (1)`,
    );
    const crashed = await crashedCopy(file, await temporaryFolder());
    const { manifest } = await capture(crashed.file);
    expect(manifest.counts).toEqual({ 'main.t': crashed.committedRows });
  });

  it('gives the same bytes for the same content', async () => {
    const file = await makeDatabase('CREATE TABLE t (a); INSERT INTO t VALUES (randomblob(100000))');
    const [first, second] = [await capture(file), await capture(file)];
    expect((await readFile(first.copy)).equals(await readFile(second.copy))).toBe(true);
  });

  it('follows a link, and is named after the link', async () => {
    const file = await makeDatabase('CREATE TABLE t (a)');
    const link = path.join(await temporaryFolder(), 'current.db');
    await symlink(file, link);
    const { manifest } = await capture(link);
    expect(manifest.parts[0]?.path).toBe('/current.db.sqlite');
  });

  it('leaves no name of its copy behind while it is read', async () => {
    const file = await makeDatabase('CREATE TABLE t (a)');
    const context = testContext();
    const open = await captureSqlite({ path: file }, context);
    await expect(stat(memoryFolderOf(context.operationId))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(path.dirname(file))).toEqual(['app.db']);
    await open.close();
  });

  it('falls back to a copy page by page where a sort order of the application is missing', async () => {
    const file = await makeDatabase(
      `CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'); CREATE INDEX i ON t (a);
       PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON t (a COLLATE ICU_DE)' WHERE name = 'i'`,
    );
    const { manifest } = await capture(file);
    expect(manifest.counts).toEqual({ 'main.t': 1 });
    expect(manifest.details).toMatchObject({ form: 'pages' });
    expect(manifest.warnings.join()).toContain('ICU_DE');
  });

  it('takes a table of an extension that is not at hand, by its shadow tables', async () => {
    const file = await makeDatabase(
      `CREATE TABLE vectors_data (a); INSERT INTO vectors_data VALUES (1), (2); PRAGMA writable_schema = ON;
       INSERT INTO sqlite_schema VALUES ('table', 'vectors', 'vectors', 0, 'CREATE VIRTUAL TABLE vectors USING vec0 (x)')`,
    );
    const { manifest } = await capture(file);
    expect(manifest.counts).toEqual({ 'main.vectors_data': 2 });
  });

  it('warns of rows that break a rule of their table, and stores them', async () => {
    const file = await makeDatabase(
      'CREATE TABLE t (a INT CHECK (a > 0)); PRAGMA ignore_check_constraints = ON; INSERT INTO t VALUES (-1)',
    );
    const { manifest } = await capture(file);
    expect(manifest.counts).toEqual({ 'main.t': 1 });
    expect(manifest.warnings.join()).toContain('CHECK constraint failed');
  });
});
