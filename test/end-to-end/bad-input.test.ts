import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { retentionDecisionSchema } from '@holdfast/contracts';
import { failOnLeakedContainers, startPostgres } from '@holdfast/sources/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { listSnapshots, problemOf, sourceOf } from '../support/answers.ts';
import { backUp, reportOf } from '../support/backup-report.ts';
import { databases, fingerprint } from '../support/database-fingerprint.ts';
import { heldSequence, holdDump } from '../support/held-dump.ts';
import { freshHoldfast, type Holdfast } from '../support/holdfast.ts';
import { leaveLock, locksIn, removeLocks } from '../support/left-lock.ts';
import { descendants, isProgram } from '../support/processes.ts';
import { putBack } from '../support/restore-report.ts';
import { daysFromNow } from '../support/shifted-clock.ts';
import { makeSmallDisk } from '../support/small-disk.ts';
import { localRepository, snapshotFiles, stockSnapshots, teamKey } from '../support/stock-restic.ts';
import { until } from '../support/until.ts';

failOnLeakedContainers();

const run = promisify(execFile);

/** A Holdfast that protects one folder of random bytes, for what has nothing to do with databases. */
async function withFolder(bytes = 100) {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-files-'));
  await writeFile(path.join(folder, 'file'), randomBytes(bytes));
  const holdfast = await freshHoldfast('none-of-them');
  expect((await holdfast.run('sources', 'add', 'directory', folder, '--name', 'files')).exitCode).toBe(0);
  return {
    folder,
    holdfast,
    repository: localRepository(holdfast, 'files'),
    [Symbol.asyncDispose]: async () => {
      await holdfast[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function expectFailure(holdfast: Holdfast, source: string, code: string, words?: RegExp) {
  const report = await backUp(holdfast, source);
  expect(report).toMatchObject({ exitCode: 1, items: [{ state: 'failed', error: { code } }] });
  if (words !== undefined) expect(report.items[0]?.error?.detail).toMatch(words);
  expect(await snapshotFiles(localRepository(holdfast, source))).toEqual([]);
}

describe('credentials', () => {
  test('that the container does not name: the error lists what was looked for, and how to name them', async () => {
    await using postgres = await startPostgres({ environment: { POSTGRES_HOST_AUTH_METHOD: 'trust' } });
    await postgres.sql("ALTER ROLE postgres PASSWORD 'nobody knows'");
    await postgres.exec({
      command: [
        'sh',
        '-c',
        'echo "local all all scram-sha-256\nhost all all all scram-sha-256" > "$PGDATA/pg_hba.conf"',
      ],
      user: 'postgres',
    });
    await postgres.container.restart();
    await postgres.ready();
    await using holdfast = await freshHoldfast(postgres.name);
    const report = await backUp(holdfast, postgres.name);
    expect(report).toMatchObject({ exitCode: 1, items: [{ error: { code: 'credentials-missing' } }] });
    for (const name of ['POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_DB', '_FILE']) {
      expect(report.items[0]?.error?.detail).toContain(name);
    }
    expect(report.items[0]?.error?.hint).toContain('holdfast.postgres.password-env');
  });

  test('that are not those of the database any more', async () => {
    await using postgres = await startPostgres({
      environment: { POSTGRES_PASSWORD: 'old', POSTGRES_INITDB_ARGS: '--auth=scram-sha-256' },
    });
    await postgres.sql("ALTER ROLE postgres PASSWORD 'new'");
    await using holdfast = await freshHoldfast(postgres.name);
    await expectFailure(holdfast, postgres.name, 'credentials-rejected');
  });
});

describe('a container', () => {
  test('that is stopped, paused or restarting is not backed up, and the error says so', async () => {
    await using postgres = await startPostgres();
    await using holdfast = await freshHoldfast(postgres.name);
    await postgres.container.pause();
    await expectFailure(holdfast, postgres.name, 'source-not-protected', /paused/);
    await postgres.container.unpause();
    await postgres.container.stop();
    await expectFailure(holdfast, postgres.name, 'source-not-protected', /exited/);
    await using restarting = await startPostgres({ hostConfig: { RestartPolicy: { Name: 'always' } } });
    // From now on it cannot start.
    await restarting.exec({
      command: ['sh', '-c', 'echo nonsense >> "$PGDATA/postgresql.conf"'],
      user: 'postgres',
    });
    await restarting.container.restart({ t: 0 });
    const both = holdfast.with({ HOLDFAST_DISCOVERY_INCLUDE: restarting.name });
    const report = await backUp(both, restarting.name);
    expect(report).toMatchObject({ exitCode: 1, items: [{ state: 'failed' }] });
    expect(report.items[0]?.error?.code).toMatch(
      /^(source-not-protected|container-not-running|container-lost)$/,
    );
  });

  test('that is removed or paused in the middle of its backup: no snapshot', async () => {
    const postgres = await startPostgres();
    await using holdfast = await freshHoldfast(postgres.name);
    const repository = localRepository(holdfast, postgres.name);
    try {
      await postgres.sql(`${heldSequence}; CREATE TABLE t AS SELECT generate_series(1, 1000) AS i`);
      {
        await using held = await holdDump(postgres, 'postgres');
        const running = holdfast.start('backup', postgres.name, '--json');
        await held.reached();
        await postgres.container.pause();
        expect(await reportOf(running)).toMatchObject({
          exitCode: 1,
          items: [{ error: { code: 'container-not-running' } }],
        });
        expect(await snapshotFiles(repository)).toEqual([]);
        await postgres.container.unpause();
      }
      await using held = await holdDump(postgres, 'postgres');
      const running = holdfast.start('backup', postgres.name, '--json');
      await held.reached();
      await postgres.remove();
      expect(await reportOf(running)).toMatchObject({
        exitCode: 1,
        items: [{ error: { code: 'container-lost' } }],
      });
      expect(await snapshotFiles(repository)).toEqual([]);
    } finally {
      await postgres.remove();
    }
    expect(await sourceOf(holdfast, postgres.name)).toMatchObject({ present: false, protected: false });
    expect((await backUp(holdfast, postgres.name)).items[0]?.error?.code).toBe('source-not-protected');
  });
});

describe('hostile names', () => {
  // Each one costs a backup and a restore: several traps in a name.
  const names = [
    '-rf /',
    `quotes'"\` ;reboot`,
    '$(touch /tmp/holdfast-pwned)',
    'new\nline *',
    '../../up',
    'per%cent back\\slash',
    'dbname=postgres host=127.0.0.1',
    'ünïcödé',
  ];

  test('of databases: each is backed up, and restored as itself', async () => {
    await using postgres = await startPostgres();
    await using holdfast = await freshHoldfast(postgres.name);
    const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
    for (const name of names) {
      await postgres.sql(`CREATE DATABASE ${quoted(name)}`);
      await postgres.sql(`CREATE TABLE t AS SELECT '${name.replaceAll("'", "''")}'::text AS whose`, name);
    }
    const backup = await backUp(holdfast, postgres.name);
    expect(backup).toMatchObject({ exitCode: 0 });
    const stored = await stockSnapshots(localRepository(holdfast, postgres.name), await teamKey(holdfast));
    expect(stored).toHaveLength(names.length + 1);
    for (const { paths } of stored) expect(paths[0]).toMatch(/^\/[A-Za-z0-9_.%-]+$/);

    for (const name of names) await postgres.sql('DELETE FROM t', name);
    const before = await Promise.all(names.map((name) => fingerprint(postgres, name)));
    const report = await putBack(holdfast, postgres.name, '--in-place', '--yes');
    expect(report, JSON.stringify(report.error)).toMatchObject({ exitCode: 0 });
    for (const [index, name] of names.entries()) {
      expect(await postgres.sql('SELECT whose FROM t', name)).toBe(name);
      expect(await fingerprint(postgres, name)).not.toBe(before[index]);
    }
    await expect(readFile('/tmp/holdfast-pwned')).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await postgres.exec({ command: ['ls', '/tmp/holdfast-pwned'] })).exitCode).not.toBe(0);
  });

  test('in labels: refused in words, quoted, and never run', async () => {
    const hostile = '$(touch /tmp/holdfast-pwned) \u001b[31m\n-x';
    await using named = await startPostgres({ labels: { 'holdfast.name': hostile } });
    await using placed = await startPostgres({ labels: { 'holdfast.environment': hostile } });
    await using used = await startPostgres({ labels: { 'holdfast.postgres.user': hostile } });
    await using holdfast = await freshHoldfast('', {
      HOLDFAST_DISCOVERY_INCLUDE: [named, placed, used].map(({ name }) => name).join(','),
    });
    expect(await sourceOf(holdfast, named.name)).toMatchObject({ protected: false, name: named.name });
    expect((await sourceOf(holdfast, named.name)).reason).toContain(JSON.stringify(hostile));
    expect(await sourceOf(holdfast, placed.name)).toMatchObject({
      environment: placed.name,
      protected: true,
    });
    const { stdout } = await holdfast.run('sources');
    expect(stdout).not.toContain('\u001b');
    expect((await backUp(holdfast, used.name)).items[0]?.error?.code).toMatch(/^credentials-/);
    expect((await holdfast.run('backup', '--json', '--', '--all; reboot')).exitCode).toBe(4);
    await expect(readFile('/tmp/holdfast-pwned')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a repository', () => {
  test('that was made with another password is left alone', async () => {
    await using first = await withFolder();
    await using second = await withFolder();
    expect(await backUp(first.holdfast, 'files')).toMatchObject({ exitCode: 0 });
    const shared = path.dirname(path.dirname(first.repository));
    const add = ['destinations', 'add', 'shared', '--kind', 'local', '--set', `path=${shared}`];
    expect((await second.holdfast.run(...add)).exitCode).toBe(0);
    const before = await snapshotFiles(first.repository);
    expect(await backUp(second.holdfast, 'files', '--destination', 'shared')).toMatchObject({
      exitCode: 1,
      items: [{ error: { code: 'repository-password-wrong' } }],
    });
    expect(await snapshotFiles(first.repository)).toEqual(before);
    expect(await backUp(first.holdfast, 'files')).toMatchObject({ exitCode: 0 });
  });

  test('that is corrupt: a backup and a restore say so, and what is there stays', async () => {
    await using one = await withFolder(2_000_000);
    expect(await backUp(one.holdfast, 'files')).toMatchObject({ exitCode: 0 });
    const config = path.join(one.repository, 'config');
    const good = await readFile(config);
    await rename(config, `${config}.good`);
    await writeFile(config, randomBytes(good.length));
    expect((await backUp(one.holdfast, 'files')).items).toMatchObject([
      { error: { code: 'repository-corrupt' } },
    ]);
    await rm(config);
    await rename(`${config}.good`, config);

    const data = path.join(one.repository, 'data');
    const packs = (await readdir(data, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    for (const pack of packs) {
      const file = path.join(pack.parentPath, pack.name);
      const content = await readFile(file);
      await rm(file);
      await writeFile(file, content.fill(0, 0, Math.floor(content.length / 2)));
    }
    const there = await readFile(path.join(one.folder, 'file'));
    const report = await putBack(one.holdfast, 'files', '--yes');
    expect(report).toMatchObject({ exitCode: 1, error: { code: 'repository-corrupt' } });
    expect(there.equals(await readFile(path.join(one.folder, 'file')))).toBe(true);
    expect(await one.holdfast.json('check')).toMatchObject({
      exitCode: 1,
      answer: { error: { code: 'repository-corrupt' } },
    });
  });

  test('that somebody holds locked: waited for, then a clear failure; a dead one is no hindrance', async () => {
    await using one = await withFolder(2_000_000);
    const impatient = one.holdfast.with({ HOLDFAST_LOCK_WAIT_SECONDS: '2' });
    expect(await backUp(one.holdfast, 'files')).toMatchObject({ exitCode: 0 });
    const key = await teamKey(one.holdfast);
    const before = await snapshotFiles(one.repository);
    await leaveLock(one.repository, key, 'another machine');
    expect(await backUp(impatient, 'files')).toMatchObject({
      exitCode: 1,
      items: [{ error: { code: 'repository-locked' } }],
    });
    expect(await snapshotFiles(one.repository)).toEqual(before);
    expect(await locksIn(one.repository)).toHaveLength(1);

    const patient = one.holdfast.start('backup', 'files', '--json');
    await until('restic waits', async () =>
      (await descendants(patient.pid)).some((found) => isProgram(found, 'restic')),
    );
    await removeLocks(one.repository);
    expect(await reportOf(patient)).toMatchObject({ exitCode: 0 });

    await leaveLock(one.repository, key, 'this machine');
    expect(await backUp(impatient, 'files')).toMatchObject({ exitCode: 0 });
    expect(await locksIn(one.repository)).toEqual([]);
  });
});

describe('this machine', () => {
  test('a full disk under the data directory: its own error, and all is well when there is room', async () => {
    await using one = await withFolder();
    await using disk = await makeSmallDisk(8);
    await using elsewhere = await makeSmallDisk(64);
    const holdfast = one.holdfast.with({ HOLDFAST_DATA_DIR: path.join(disk.path, 'data') });
    await mkdir(path.join(disk.path, 'data'));
    const add = [
      'destinations',
      'add',
      'elsewhere',
      '--default',
      '--kind',
      'local',
      '--set',
      `path=${elsewhere.path}`,
    ];
    expect((await holdfast.run(...add)).exitCode).toBe(0);
    await holdfast.run('sources', 'add', 'directory', one.folder, '--name', 'files');
    expect(await backUp(holdfast, 'files')).toMatchObject({ exitCode: 0 });

    const filler = path.join(disk.path, 'filler');
    await run('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k']).catch(() => {});
    const problem = await problemOf(holdfast, 'backup', 'files');
    expect(problem).toMatchObject({ exitCode: 1, code: 'data-directory-full' });
    const stored = path.join(elsewhere.path, 'restic', 'files');
    expect(await snapshotFiles(stored)).toHaveLength(2);

    await rm(filler);
    expect(await backUp(holdfast, 'files')).toMatchObject({ exitCode: 0 });
  });

  test('a clock that jumps a year ahead and back: no good snapshot goes for it', async () => {
    await using one = await withFolder();
    const two = {
      HOLDFAST_RETENTION_RECENT_HOURS: '0',
      HOLDFAST_RETENTION_DAILY: '2',
      HOLDFAST_RETENTION_WEEKLY: '0',
      HOLDFAST_RETENTION_MONTHLY: '0',
    };
    const holdfast = one.holdfast.with(two);
    const on = async (days: number) =>
      (await backUp(holdfast.with(daysFromNow(days)), 'files')).items[0]?.snapshotId;
    const yesterday = await on(-1);
    const ahead = await on(400);
    const today = await on(0);
    const listed = (await listSnapshots(holdfast, 'files')).map(({ id }) => id);
    expect(new Set(listed)).toEqual(new Set([yesterday, ahead, today]));
    const { answer } = await holdfast.json('retention', 'preview', 'files');
    const decisions = z.array(retentionDecisionSchema).parse(answer);
    const why = Object.fromEntries(decisions.map(({ snapshotId, reasons }) => [snapshotId, reasons]));
    expect(why[today ?? '']).toContain('daily 1 of 2');
    expect(why[yesterday ?? '']).toContain('daily 2 of 2');
    expect(why[ahead ?? '']).toEqual([expect.stringContaining('date')]);
    // Operations of before the jump back are none of a future that never ends.
    expect(await backUp(holdfast, 'files')).toMatchObject({ exitCode: 0 });
  });
});

describe('a target', () => {
  test('that is older than the dump: refused, and what it holds serves on', async () => {
    const newer = await startPostgres({
      version: '17',
      environment: { POSTGRES_PASSWORD: 'pw', POSTGRES_DB: 'shop' },
    });
    await using holdfast = await freshHoldfast(newer.name);
    try {
      expect(await backUp(holdfast, newer.name)).toMatchObject({ exitCode: 0 });
    } finally {
      await newer.remove();
    }
    await using older = await startPostgres({
      version: '15',
      name: newer.name,
      environment: { POSTGRES_PASSWORD: 'pw', POSTGRES_DB: 'shop' },
    });
    await older.sql('CREATE TABLE mine AS SELECT 1', 'shop');
    const report = await putBack(holdfast, older.name, '--yes');
    expect(report).toMatchObject({ exitCode: 1, error: { code: 'restore-target-older' } });
    expect(await older.sql('SELECT count(*) FROM mine', 'shop')).toBe('1');
    expect(await databases(older)).toEqual(['postgres', 'shop']);
  });

  test('without room for both: refused, nothing is left half-loaded; --in-place then does it', async () => {
    await using postgres = await startPostgres({
      environment: { POSTGRES_PASSWORD: 'pw', POSTGRES_DB: 'shop' },
      command: ['-c', 'wal_level=minimal', '-c', 'max_wal_senders=0', '-c', 'max_wal_size=32MB'],
      hostConfig: { Tmpfs: { '/var/lib/postgresql/data': 'rw,size=220m' } },
    });
    await postgres.sql(
      `CREATE EXTENSION pgcrypto;
       BEGIN; CREATE TABLE t AS SELECT i, gen_random_bytes(1000) AS b FROM generate_series(1, 80000) AS i; COMMIT`,
      'shop',
    );
    const was = await fingerprint(postgres, 'shop');
    await using holdfast = await freshHoldfast(postgres.name);
    expect(await backUp(holdfast, postgres.name)).toMatchObject({ exitCode: 0 });
    const beside = await putBack(holdfast, postgres.name, '--yes');
    expect(beside).toMatchObject({ exitCode: 1, error: { code: 'restore-space' } });
    expect(beside.error?.hint).toContain('--in-place');
    expect(await databases(postgres)).toEqual(['postgres', 'shop']);
    expect(await fingerprint(postgres, 'shop')).toBe(was);

    await postgres.sql('TRUNCATE t', 'shop');
    const inPlace = await putBack(holdfast, postgres.name, '--part', 'shop', '--in-place', '--yes');
    expect(inPlace, JSON.stringify(inPlace.error)).toMatchObject({ exitCode: 0 });
    expect(await fingerprint(postgres, 'shop')).toBe(was);
  });
});
