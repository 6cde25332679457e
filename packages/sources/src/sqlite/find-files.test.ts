import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { findSqliteFiles, scanBounds } from './find-files.ts';
import { scan } from './scan.ts';

const signal = AbortSignal.timeout(60_000);

async function makeDatabase(...parts: [string, ...string[]]): Promise<string> {
  const file = path.join(...parts);
  await mkdir(path.dirname(file), { recursive: true });
  const database = new Database(file);
  database.exec('CREATE TABLE t (i); INSERT INTO t VALUES (1)');
  database.close();
  return file;
}

describe('searching a folder for SQLite databases', () => {
  it('knows them by their first bytes, whatever their names', async () => {
    const root = await temporaryFolder();
    const found = [
      await makeDatabase(root, 'app.db'),
      await makeDatabase(root, 'a', 'b', 'no extension'),
      await makeDatabase(root, 'a', '$(reboot)`"\n.sqlite3'),
    ];
    await writeFile(path.join(root, 'fake.db'), 'SQLite format 3');
    await writeFile(path.join(root, 'text.sqlite'), 'x'.repeat(4096));
    await writeFile(path.join(root, 'empty.sqlite'), '');
    const { files, warnings } = await findSqliteFiles(root, { skip: [], signal });
    expect(files.map((file) => file.path)).toEqual(found.toSorted());
    expect(files[0]?.locator).toEqual({ path: files[0]?.path });
    expect(warnings).toEqual([]);
  });

  it('passes over links, side files, folders that are left out, and what a restore keeps', async () => {
    const root = await temporaryFolder();
    const outside = await makeDatabase(await temporaryFolder(), 'outside.db');
    const kept = await makeDatabase(root, 'kept.db');
    await symlink(outside, path.join(root, 'link.db'));
    await symlink(path.dirname(outside), path.join(root, 'linked'));
    await symlink(root, path.join(root, 'circle'));
    await makeDatabase(root, 'dumped', 'data.db');
    await makeDatabase(root, '.holdfast-0190', 'copy.db');
    await makeDatabase(root, 'files.holdfast-0190', 'copy.db');
    await makeDatabase(root, 'kept.db.before-20261122T101500Z-2');
    execFileSync('cp', [kept, path.join(root, 'other.db-wal')]);
    execFileSync('mkfifo', [path.join(root, 'pipe')]);
    const { files } = await findSqliteFiles(root, { skip: [path.join(root, 'dumped')], signal });
    expect(files.map((file) => file.path)).toEqual([kept]);
  });

  it.each([
    ['entries', { entries: 10 }],
    ['depth', { depth: 2 }],
    ['milliseconds', { milliseconds: -1 }],
  ])('stops at the bound of %s, with what was found until then', async (bound, changed) => {
    const root = await temporaryFolder();
    const near = await makeDatabase(root, 'near.db');
    await makeDatabase(root, '1', '2', '3', 'far.db');
    for (let number = 0; number < 300; number++) await writeFile(path.join(root, '1', `f${number}`), '');
    const report = scan({ root, skip: [], bounds: { ...scanBounds, ...changed } });
    expect(report).toMatchObject({ files: [near], bound });
  });

  it('counts what it may not read', async () => {
    const root = await temporaryFolder();
    await makeDatabase(root, 'closed', 'a.db');
    await chmod(path.join(root, 'closed'), 0o000);
    const child = `import { scan } from ${JSON.stringify(path.join(import.meta.dirname, 'scan.ts'))};
      process.setuid?.(65534);
      console.log(JSON.stringify(scan(${JSON.stringify({ root, skip: [], bounds: scanBounds })})));`;
    await chmod(root, 0o755);
    const answer = execFileSync(process.execPath, ['--input-type=module', '-e', child], { encoding: 'utf8' });
    await chmod(path.join(root, 'closed'), 0o700);
    expect(JSON.parse(answer)).toEqual({ files: [], unreadable: 1, unnameable: 0 });
  });

  it('counts databases whose names are no text', async () => {
    const root = await temporaryFolder();
    const made = await makeDatabase(root, 'fine.db');
    execFileSync('sh', ['-c', 'cp "$1" "$2$(printf "\\377\\376")"', 'sh', made, `${root}/`]);
    const report = scan({ root, skip: [], bounds: scanBounds });
    expect(report).toMatchObject({ files: [made], unnameable: 1 });
  });

  it('ends when it is cancelled, and fails when the folder is not there', async () => {
    const root = await temporaryFolder();
    const stop = new AbortController();
    stop.abort();
    await expect(findSqliteFiles(root, { skip: [], signal: stop.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    await expect(findSqliteFiles(`${root}/none`, { skip: [], signal })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
