import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testContext } from '../testing/context.ts';
import { FolderStore } from '../testing/folder-store.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { captureSqlite } from './capture.ts';
import { cleanUpSqlite } from './clean-up.ts';
import { intentName, restoredName, restoreSqlite } from './restore.ts';
import { crashedCopy } from './testing/crashed-copy.ts';
import { folderBeside, memoryFolderOf } from './work-folder.ts';

/** A live database with rows 1, 2 captured, and row 3 written afterwards. */
async function scene() {
  const file = path.join(await temporaryFolder(), 'app.db');
  const application = new Database(file);
  onTestFinished(() => void application.close());
  application.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)');
  const store = await FolderStore.create();
  onTestFinished(() => store[Symbol.asyncDispose]());
  const context = testContext();
  const snapshot = await store.save('sqlite', await captureSqlite({ path: file }, context), context.signal);
  application.exec('INSERT INTO t VALUES (3)');
  return { file, application, snapshot };
}

function rowsOf(file: string): unknown[] {
  const database = new Database(file, { fileMustExist: true });
  try {
    return database.prepare('SELECT a FROM t ORDER BY a').pluck().all();
  } finally {
    database.close();
  }
}

async function holdOpen(file: string): Promise<ChildProcess> {
  const child = spawn('sh', ['-c', 'exec 3<"$1"; echo ready; read -r line', 'sh', file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

describe('swap', () => {
  it('keeps the old database whole under another name, its log included', async () => {
    const { file, application, snapshot } = await scene();
    application.close();
    const report = await restoreSqlite({ path: file }, snapshot.request('swap'), testContext());
    expect(rowsOf(file)).toEqual([1, 2]);
    expect(report.previous.map(rowsOf)).toEqual([[1, 2, 3]]);
    expect(report.warnings).toEqual([]);
  });

  it('never lets a log that a crash left be read into the restored database', async () => {
    const { file, application, snapshot } = await scene();
    application.close();
    const crashed = await crashedCopy(file, await temporaryFolder());
    expect(await readdir(path.dirname(crashed.file))).toContain('crashed.db-wal');
    const report = await restoreSqlite({ path: crashed.file }, snapshot.request('swap'), testContext());
    expect(rowsOf(crashed.file)).toEqual([1, 2]);
    expect(report.previous.map((file) => rowsOf(file).length)).toEqual([crashed.committedRows]);
  });

  it('keeps a damaged database and its log together, as they are', async () => {
    const { file, application, snapshot } = await scene();
    application.close();
    await writeFile(file, 'garbage');
    await writeFile(`${file}-wal`, 'garbage log');
    const report = await restoreSqlite({ path: file }, snapshot.request('swap'), testContext());
    expect(rowsOf(file)).toEqual([1, 2]);
    const [previous] = report.previous.map((file) => path.basename(file));
    expect((await readdir(path.dirname(file))).sort()).toEqual(['app.db', previous, `${previous}-wal`]);
  });

  it('names who still has the old one open; that one goes on with the old data', async () => {
    const { file, application, snapshot } = await scene();
    const child = await holdOpen(file);
    const report = await restoreSqlite({ path: file }, snapshot.request('swap'), testContext());
    expect(rowsOf(file)).toEqual([1, 2]);
    expect(report.warnings.join()).toContain(`pid ${child.pid}`);
    application.exec('INSERT INTO t VALUES (4)');
    expect(application.prepare('SELECT max(a) FROM t').pluck().get()).toBe(4);
    application.close();
    expect(rowsOf(file)).toEqual([1, 2]);
    expect(report.previous.map(rowsOf)).toEqual([[1, 2, 3, 4]]);
  });

  it('puts nothing in place when a table has other rows than were counted', async () => {
    const { file, application, snapshot } = await scene();
    const request = snapshot.request('swap');
    const altered = {
      ...request,
      manifest: { ...request.manifest, counts: { 'main.t': 2, 'main.gone': 5 } },
    };
    await expect(restoreSqlite({ path: file }, altered, testContext())).rejects.toMatchObject({
      code: 'restore-verification-failed',
      message: expect.stringContaining('main.gone: 5 at backup time, none now'),
    });
    expect(application.prepare('SELECT count(*) FROM t').pluck().get()).toBe(3);
  });

  it('says beforehand that there is no room', async () => {
    const { file, snapshot } = await scene();
    const request = snapshot.request('swap');
    const parts = request.parts.map((reader) => ({ ...reader, part: { ...reader.part, bytes: 1e18 } }));
    await expect(restoreSqlite({ path: file }, { ...request, parts }, testContext())).rejects.toMatchObject({
      code: 'restore-space',
    });
  });

  it('brings a database to a machine that never had it', async () => {
    const { snapshot } = await scene();
    const file = path.join(await temporaryFolder(), 'new', 'folder', 'app.db');
    const report = await restoreSqlite({ path: file }, snapshot.request('swap'), testContext());
    expect(rowsOf(file)).toEqual([1, 2]);
    expect(report.previous).toEqual([]);
  });
});

describe('the hash of the file', () => {
  it('is compared before anything is put in place', async () => {
    const { file, snapshot } = await scene();
    const hashes = snapshot.manifest.hashes ?? {};
    expect(Object.values(hashes)).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{64}$/)]);
    const report = await restoreSqlite({ path: file }, snapshot.request('swap'), testContext());
    expect(report.verifiedHashes).toEqual(hashes);

    const request = snapshot.request('swap');
    const altered = Object.fromEntries(Object.keys(hashes).map((key) => [key, `sha256:${'0'.repeat(64)}`]));
    const before = await readdir(path.dirname(file));
    await expect(
      restoreSqlite(
        { path: file },
        { ...request, manifest: { ...request.manifest, hashes: altered } },
        testContext(),
      ),
    ).rejects.toMatchObject({
      code: 'restore-verification-failed',
      message: expect.stringContaining('is not the one that was stored'),
    });
    expect(await readdir(path.dirname(file))).toEqual(before);
  });
});

describe('in-place', () => {
  it('is seen at once by a program that has the database open', async () => {
    const { file, application, snapshot } = await scene();
    const { ino } = await stat(file);
    await restoreSqlite({ path: file }, snapshot.request('in-place'), testContext());
    expect(application.prepare('SELECT a FROM t').pluck().all()).toEqual([1, 2]);
    expect((await stat(file)).ino).toBe(ino);
  });

  it('changes nothing when another program holds the database locked', { timeout: 40_000 }, async () => {
    const { file, application, snapshot } = await scene();
    application.exec('BEGIN IMMEDIATE');
    await expect(
      restoreSqlite({ path: file }, snapshot.request('in-place'), testContext()),
    ).rejects.toMatchObject({
      code: 'restore-failed',
      hint: expect.stringContaining('Stop the application'),
    });
    application.exec('ROLLBACK');
    expect(application.prepare('SELECT count(*) FROM t').pluck().get()).toBe(3);
  });
});

describe('beside', () => {
  it.each(['', '-wal', '-journal'])('refuses a name where a file with ending "%s" lies', async (suffix) => {
    const { file, snapshot } = await scene();
    const newName = path.join(path.dirname(file), 'other.db');
    await writeFile(newName + suffix, 'precious');
    await expect(
      restoreSqlite({ path: file }, snapshot.request('beside', { newName }), testContext()),
    ).rejects.toMatchObject({ code: 'restore-target-exists' });
  });

  it.each(['relative.db', undefined])('refuses %s', async (newName) => {
    const { file, snapshot } = await scene();
    const request = snapshot.request('beside', newName === undefined ? {} : { newName });
    await expect(restoreSqlite({ path: file }, request, testContext())).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });
});

describe('clean-up after a crash', () => {
  it('removes copies, in memory and on disk', async () => {
    const { file } = await scene();
    const context = testContext();
    for (const folder of [memoryFolderOf(context.operationId), folderBeside(file, context.operationId)]) {
      await mkdir(folder);
      await writeFile(path.join(folder, 'copy'), 'content');
    }
    await cleanUpSqlite({ path: file }, context.operationId, context);
    await expect(stat(memoryFolderOf(context.operationId))).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await readdir(path.dirname(file))).filter((name) => name.includes('holdfast'))).toEqual([]);
  });

  it('finds what a restore to another folder left', async () => {
    const { file, snapshot } = await scene();
    const elsewhere = await temporaryFolder();
    const context = testContext();
    const request = snapshot.request('beside', { newName: path.join(elsewhere, 'new.db') });
    // Does not settle before the end: as far as the files go, the process died here.
    await new Promise<void>((resolve) => {
      const toDescriptor = () => {
        resolve();
        return new Promise<void>((_, reject) => onTestFinished(() => reject(new Error('the end'))));
      };
      const parts = request.parts.map((reader) => ({ ...reader, toDescriptor }));
      restoreSqlite({ path: file }, { ...request, parts }, context).catch(() => undefined);
    });
    expect(await readdir(elsewhere)).toHaveLength(1);
    await cleanUpSqlite({ path: file }, context.operationId, testContext());
    expect(await readdir(elsewhere)).toEqual([]);
    expect((await readdir(path.dirname(file))).filter((name) => name.includes('holdfast'))).toEqual([]);
  });

  it('takes back an exchange that ended before its last rename', async () => {
    const { file, application } = await scene();
    application.close();
    const crashed = await crashedCopy(file, await temporaryFolder());
    const target = crashed.file;
    const previous = `${target}.before-x`;
    const context = testContext();
    const folder = folderBeside(target, context.operationId);
    await mkdir(folder);
    await writeFile(path.join(folder, restoredName), 'restored');
    await writeFile(path.join(folder, intentName), JSON.stringify({ target, previous }));
    await rename(`${target}-wal`, `${previous}-wal`);
    for (let run = 0; run < 2; run++) await cleanUpSqlite({ path: target }, context.operationId, context);
    expect(rowsOf(target)).toHaveLength(crashed.committedRows);
    expect((await readdir(path.dirname(target))).filter((name) => name.includes('holdfast'))).toEqual([]);
  });

  it('keeps an exchange that had come to its end', async () => {
    const { file, application } = await scene();
    application.close();
    const context = testContext();
    const folder = folderBeside(file, context.operationId);
    await mkdir(folder);
    const previous = `${file}.before-x`;
    await writeFile(path.join(folder, intentName), JSON.stringify({ target: file, previous }));
    await writeFile(`${previous}-wal`, 'of the old one');
    await cleanUpSqlite({ path: file }, context.operationId, context);
    expect((await readdir(path.dirname(file))).sort()).toEqual(['app.db', 'app.db.before-x-wal']);
    expect(rowsOf(file)).toEqual([1, 2, 3]);
  });
});
