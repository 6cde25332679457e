import { spawn } from 'node:child_process';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type RunningProcess, runProcess, startProcess } from '@holdfast/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Repository } from '../engine.ts';
import { childBackup } from '../testing/engine-suite.ts';
import { openResticLab, type ResticLab } from '../testing/restic-lab.ts';
import { createResticEngine } from './restic-engine.ts';

let lab: ResticLab;
let repository: Repository;
const engine = (lockWaitMs: number) => createResticEngine({ cacheDirectory: lab.cacheDirectory, lockWaitMs });

beforeEach(async () => {
  lab = await openResticLab();
  repository = lab.repository();
  await engine(0).initialise(repository);
});
afterEach(() => lab.close());

const store = (bytes = 6_000_000) =>
  engine(0).backupStream(repository, childBackup(`head -c ${bytes} /dev/urandom`));

/** All files below a folder of the repository. */
async function filesOf(folder: string): Promise<string[]> {
  const root = path.join(repository.access.location, folder);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** Whole ones: a restic that is killed while it writes one leaves a file of another name, which holds nobody up. */
async function locks(): Promise<string[]> {
  return (await filesOf('locks')).filter((file) => /^[0-9a-f]{64}$/.test(path.basename(file)));
}

async function waitFor<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const value = await look();
    if (value !== undefined) return value;
    await sleep(20);
  }
  throw new Error('It did not happen.');
}

const guards = ['holdfast-gate', 'holdfast-guard'];

/** The restic, not its guard, that has a word in its command line and works on the test's repository. */
async function pidOfRestic(word: string): Promise<number | undefined> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (!words.includes(word) || words.some((one) => guards.includes(one))) continue;
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (environment.includes(repository.access.location)) return Number(pid);
  }
  return undefined;
}

/** A stock restic that holds the repository for itself for as long as it is let live. */
async function holdLock(): Promise<RunningProcess> {
  await store();
  const holder = await startProcess({
    program: 'restic',
    // Slow on purpose: a check of all data that reads 1 KiB a second.
    arguments: ['check', '--read-data', '--limit-download=1', '--no-cache'],
    environment: { RESTIC_REPOSITORY: repository.access.location, RESTIC_PASSWORD: repository.password },
  });
  await waitFor(async () => ((await locks()).length > 0 ? true : undefined));
  return holder;
}

describe('a damaged repository', () => {
  test('flipped bytes in a pack: dump and check say that it is damaged', async () => {
    const { resticId } = await store();
    for (const file of await filesOf('data')) {
      const handle = await open(file, 'r+');
      const { size } = await handle.stat();
      await handle.write(Buffer.alloc(64, 0xff), 0, 64, Math.floor(size / 3));
      await handle.close();
    }
    await rm(lab.cacheDirectory, { recursive: true });
    const dump = await engine(0).dump(repository, { resticId, path: '/app.dump' });
    dump.stream?.resume();
    await expect(dump.done).rejects.toMatchObject({ code: 'repository-corrupt' });
    await expect(engine(0).check(repository, { readDataSubset: '100%' })).rejects.toMatchObject({
      code: 'repository-corrupt',
    });
  });

  test('a missing pack: check says so without reading data', async () => {
    await store();
    for (const file of await filesOf('data')) await rm(file);
    await expect(engine(0).check(repository)).rejects.toMatchObject({ code: 'repository-corrupt' });
  });

  test('a missing index: dump, check and prune say so, and prune removes nothing', async () => {
    const { resticId } = await store();
    for (const file of await filesOf('index')) await rm(file);
    await rm(lab.cacheDirectory, { recursive: true });
    const before = await filesOf('data');
    const dump = await engine(0).dump(repository, { resticId, path: '/app.dump' });
    dump.stream?.resume();
    await expect(dump.done).rejects.toMatchObject({ code: 'repository-corrupt' });
    await expect(engine(0).check(repository)).rejects.toMatchObject({ code: 'repository-corrupt' });
    await expect(engine(0).prune(repository)).rejects.toMatchObject({ code: 'repository-corrupt' });
    expect(await filesOf('data')).toEqual(before);
  });
});

describe('a locked repository', () => {
  test('a live lock of somebody else is waited for, then a clear error; no snapshot, nothing removed', async () => {
    const holder = await holdLock();
    try {
      const before = await lab.snapshotIds(repository);
      const started = Date.now();
      await expect(
        engine(3000).backupStream(repository, childBackup('cat /dev/urandom')),
      ).rejects.toMatchObject({ code: 'repository-locked' });
      expect(Date.now() - started).toBeGreaterThan(3000);
      await expect(engine(1000).forget(repository, before)).rejects.toMatchObject({
        code: 'repository-locked',
      });
      expect(await lab.snapshotIds(repository)).toEqual(before);
      expect(await locks()).toHaveLength(1);
    } finally {
      holder.kill('SIGKILL');
      await holder.done;
    }
  });

  test('a lock that goes away is waited for', async () => {
    const holder = await holdLock();
    setTimeout(() => holder.kill('SIGTERM'), 2000);
    await engine(30_000).backupStream(repository, childBackup('seq 1 1000'));
    expect(await lab.snapshotIds(repository)).toHaveLength(2);
  });

  test('a stale lock of a dead process of this machine stops nobody', async () => {
    const holder = await holdLock();
    holder.kill('SIGKILL');
    await holder.done;
    expect(await locks()).toHaveLength(1);
    const { resticId } = await engine(15_000).backupStream(repository, childBackup('seq 1 1000'));
    await engine(15_000).forget(repository, [resticId]);
    expect(await locks()).toHaveLength(0);
  });

  test('stale locks are removed by several at once, and none of them fails', async () => {
    const count = 12;
    const holders = await Promise.all(
      Array.from({ length: count }, () =>
        startProcess({
          program: 'restic',
          arguments: ['backup', '--no-cache', '--stdin-from-command', '--', 'sleep', '1000'],
          environment: {
            RESTIC_REPOSITORY: repository.access.location,
            RESTIC_PASSWORD: repository.password,
          },
        }),
      ),
    );
    await waitFor(async () => ((await locks()).length === count ? true : undefined));
    for (const holder of holders) holder.kill('SIGKILL');
    await Promise.all(holders.map(({ done }) => done));
    await Promise.all(Array.from({ length: 4 }, () => engine(0).unlock(repository)));
    expect(await locks()).toEqual([]);
  });
});

describe('restic dies', () => {
  test('killed in the middle of a stream: an error, no snapshot, and the next run succeeds', async () => {
    const backup = engine(0).backupStream(repository, childBackup('cat /dev/urandom'));
    const outcome = expect(backup).rejects.toMatchObject({ code: 'engine-failed' });
    const pid = await waitFor(() => pidOfRestic('--stdin'));
    await waitFor(async () => ((await locks()).length > 0 ? true : undefined));
    process.kill(pid, 'SIGKILL');
    await outcome;
    expect(await lab.snapshotIds(repository)).toEqual([]);
    const { resticId } = await store();
    await engine(0).forget(repository, [resticId]);
  });

  test('killed after the commit: an error, and no snapshot stays', async () => {
    const small = childBackup('head -c 60000000 /dev/urandom');
    const backup = engine(0).backupStream(repository, {
      ...small,
      async produce(sink) {
        await small.produce(sink);
        // restic is not through with what it has read: it dies a moment after the commit.
        setTimeout(() => {
          void pidOfRestic('--stdin').then((pid) => pid !== undefined && process.kill(pid, 'SIGKILL'));
        }, 20);
      },
    });
    await backup.catch((error: unknown) => expect(error).toMatchObject({ code: 'engine-failed' }));
    const committed = await backup.then(
      () => 1,
      () => 0,
    );
    expect(await lab.snapshotIds(repository)).toHaveLength(committed);
  });
});

describe('Holdfast gets SIGKILL', () => {
  const program = fileURLToPath(new URL('../testing/backup-child.ts', import.meta.url));

  test.each([
    ['while data flows', '1000000000000', 'started', 1500],
    ['at the very end of the data', '3000000', 'produced', 30],
  ])('%s, at random moments: no snapshot, and the next run succeeds', async (_, bytes, word, spreadMs) => {
    for (let round = 0; round < 4; round++) {
      const child = spawn(
        process.execPath,
        [program, repository.access.location, lab.cacheDirectory, bytes],
        {
          env: { ...process.env, RESTIC_PASSWORD: repository.password.reveal() },
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await waitFor(async () => (output.includes(word) ? true : undefined));
      await sleep(Math.random() * spreadMs);
      child.kill('SIGKILL');
    }
    await waitFor(async () => ((await pidOfRestic('--stdin')) === undefined ? true : undefined));
    expect(await lab.snapshotIds(repository)).toEqual([]);
    const { resticId } = await store();
    await engine(5000).forget(repository, [resticId]);
    await engine(5000).check(repository);
  });

  test.each(['forget', 'backup'])(
    'while the restic of a %s waits for a lock: it does not wait on',
    async (command) => {
      const waiting = fileURLToPath(new URL('../testing/waiting-child.ts', import.meta.url));
      const holder = await holdLock();
      const before = await lab.snapshotIds(repository);
      try {
        const ids = command === 'forget' ? before : [];
        const child = spawn(
          process.execPath,
          [waiting, repository.access.location, lab.cacheDirectory, lab.folder, ...ids],
          { env: { ...process.env, RESTIC_PASSWORD: repository.password.reveal() }, stdio: 'ignore' },
        );
        const patient = '--retry-lock=600s';
        await waitFor(() => pidOfRestic(patient));
        child.kill('SIGKILL');
        await waitFor(async () => ((await pidOfRestic(patient)) === undefined ? true : undefined));
      } finally {
        holder.kill('SIGKILL');
        await holder.done;
      }
      await engine(5000).unlock(repository);
      expect(await lab.snapshotIds(repository)).toEqual(before);
    },
  );
});

describe('a full destination', () => {
  let disk = '';
  beforeEach(async () => {
    disk = path.join(lab.folder, 'disk');
    await mkdir(disk);
    const mounted = await runProcess({
      program: 'mount',
      arguments: ['-t', 'tmpfs', '-o', 'size=24m', 'holdfast-test', disk],
    });
    if (mounted.exitCode !== 0) throw new Error(`This test has to mount a small disk: ${mounted.stderrTail}`);
  });
  afterEach(async () => {
    await runProcess({ program: 'umount', arguments: [disk] });
  });

  test('an error that says so, no snapshot, and the next run that fits succeeds', async () => {
    repository = lab.repository('disk/repository');
    await engine(0).initialise(repository);
    const started = Date.now();
    await expect(store(60_000_000)).rejects.toMatchObject({ code: 'destination-full' });
    expect(Date.now() - started).toBeLessThan(30_000);
    expect(await lab.snapshotIds(repository)).toEqual([]);
    await engine(5000).prune(repository);
    await store(3_000_000);
    expect(await lab.snapshotIds(repository)).toHaveLength(1);
  });
});

test('a repository that was moved away midway is missing, not empty', async () => {
  await rename(repository.access.location, `${repository.access.location}-moved`);
  await expect(engine(0).snapshots(repository)).rejects.toMatchObject({ code: 'repository-missing' });
  await expect(store()).rejects.toMatchObject({ code: 'repository-missing' });
});
