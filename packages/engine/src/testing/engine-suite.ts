import { closeSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createAnonymousPipe, HoldfastError, runProcess, Secret } from '@holdfast/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine, Repository, SnapshotEntry, StreamBackup, StreamSink } from '../engine.ts';
import { openResticLab, type ResticLab } from './restic-lab.ts';

const time = new Date('2026-03-04T05:06:07Z');

/** A backup whose producer is a child process that writes so many bytes; further fields override. */
export function childBackup(script: string, fields: Partial<StreamBackup> = {}): StreamBackup {
  return {
    path: '/app.dump',
    tags: ['part', 'operation:1'],
    time,
    async produce(sink) {
      const { exitCode } = await runProcess({
        program: 'sh',
        arguments: ['-c', script],
        stdout: { descriptor: sink.descriptor },
        signal: sink.signal,
      });
      if (exitCode !== 0) throw new HoldfastError('dump-failed', `The dump exited with ${exitCode}.`);
    },
    ...fields,
  };
}

function inProcess(...chunks: readonly Uint8Array[]): StreamBackup['produce'] {
  return async (sink: StreamSink) => {
    await pipeline(chunks, sink.writable());
  };
}

/** What every engine has to do, judged by stock restic. */
export function testEngine(
  name: string,
  create: (lab: ResticLab) => Engine,
  /** The same engine where its program is not installed. */
  createMissing: (lab: ResticLab) => Engine,
): void {
  describe(`${name} as an engine`, () => {
    let lab: ResticLab;
    let engine: Engine;
    let repository: Repository;
    beforeAll(async () => {
      lab = await openResticLab();
      engine = create(lab);
      repository = lab.repository();
      await engine.initialise(repository);
    });
    afterAll(() => lab.close());

    /** Runs a backup that must fail; says with which code, and that no snapshot came of it. */
    async function failure(backup: () => Promise<unknown>): Promise<string> {
      const before = await lab.snapshotIds(repository);
      const error = await backup().then(
        () => new Error('It succeeded.'),
        (reason: unknown) => reason,
      );
      expect(await lab.snapshotIds(repository)).toEqual(before);
      return error instanceof HoldfastError ? error.code : String(error);
    }

    test('says its version', async () => {
      expect(await engine.version()).toMatch(/^\d+\.\d+/);
    });

    test('initialise is content with a repository that exists, but not with another password', async () => {
      await engine.initialise(repository);
      await expect(
        engine.initialise({ ...repository, password: new Secret('another') }),
      ).rejects.toMatchObject({ code: 'repository-password-wrong' });
    });

    describe('backupStream', () => {
      test('stores what a child writes, with tags, host, path and time', async () => {
        const result = await engine.backupStream(
          repository,
          childBackup('seq 1 1000000', { magic: Buffer.from('1\n2\n'), minimumBytes: 1000 }),
        );
        const expected = await runProcess({
          program: 'seq',
          arguments: ['1', '1000000'],
          stdout: { captureBytes: 1e8 },
        });
        expect(result).toMatchObject({ bytesRead: expected.stdout.length, files: 1 });
        expect(result.bytesAdded).toBeGreaterThan(0);
        const stored = await lab.content(repository, result.resticId, '/app.dump');
        expect(stored.equals(expected.stdout)).toBe(true);
        const [snapshot] = (await engine.snapshots(repository)).filter(({ id }) => id === result.resticId);
        expect(snapshot).toMatchObject({
          time,
          host: 'agent-1',
          tags: ['part', 'operation:1'],
          paths: ['/app.dump'],
        });
      });

      test('stores what this process writes', async () => {
        const chunks = [Buffer.from('PGDMP'), Buffer.alloc(3_000_000, 7), Buffer.from('end')];
        const { resticId } = await engine.backupStream(repository, {
          ...childBackup(''),
          magic: Buffer.from('PGDMP'),
          produce: inProcess(...chunks),
        });
        const stored = await lab.content(repository, resticId, '/app.dump');
        expect(stored.equals(Buffer.concat(chunks))).toBe(true);
      });

      test.each([
        ['the producer fails after its data', 'seq 1 1000; exit 3', {}, 'dump-failed'],
        [
          'the producer fails midway through much data',
          'head -c 40000000 /dev/urandom; exit 3',
          {},
          'dump-failed',
        ],
        ['the producer is killed', 'seq 1 1000; kill -KILL $$', {}, 'dump-failed'],
        [
          'it begins with something else',
          'echo "pg_dump: error"',
          { magic: Buffer.from('PGDMP') },
          'dump-malformed',
        ],
        ['it is shorter than its beginning', 'printf PG', { magic: Buffer.from('PGDMP') }, 'dump-malformed'],
        ['it is empty', ':', {}, 'dump-malformed'],
        ['it is one byte too short', 'printf 1234', { minimumBytes: 5 }, 'dump-malformed'],
        [
          'it is too short, and long',
          'head -c 3000000 /dev/zero',
          { minimumBytes: 3_000_001 },
          'dump-malformed',
        ],
      ])('no snapshot when %s', async (_, script, fields, code) => {
        expect(await failure(() => engine.backupStream(repository, childBackup(script, fields)))).toBe(code);
      });

      test('a stream of just the least size is stored', async () => {
        const backup = childBackup('printf PGDMP', { magic: Buffer.from('PGDMP'), minimumBytes: 5 });
        expect(await engine.backupStream(repository, backup)).toMatchObject({ bytesRead: 5 });
      });

      test('no snapshot when a producer in this process breaks midway', async () => {
        const produce = async (sink: StreamSink) => {
          const writable = sink.writable();
          writable.write(Buffer.alloc(100_000));
          throw new HoldfastError('container-lost', 'The connection was cut.');
        };
        expect(await failure(() => engine.backupStream(repository, { ...childBackup(''), produce }))).toBe(
          'container-lost',
        );
      });

      test('no snapshot when it is cancelled, and the producer is told', async () => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(), 700);
        const backup = childBackup('cat /dev/urandom', { signal: controller.signal });
        expect(await failure(() => engine.backupStream(repository, backup))).toBe('cancelled');
      });

      test('nothing is produced for a repository that is not there or has another password', async () => {
        for (const [broken, code] of [
          [lab.repository('nowhere'), 'repository-missing'],
          [{ ...repository, password: new Secret('another') }, 'repository-password-wrong'],
        ] as const) {
          const backup = () => engine.backupStream(broken, childBackup('cat /dev/urandom'));
          expect(await failure(backup)).toBe(code);
        }
      });

      test('an engine that is not there is missing, in every command', async () => {
        const missing = createMissing(lab);
        for (const attempt of [
          () => missing.backupStream(repository, childBackup('cat /dev/urandom')),
          () => missing.snapshots(repository),
          () => missing.version(),
        ]) {
          await expect(attempt()).rejects.toMatchObject({ code: 'engine-missing' });
        }
      });

      test('does not keep the data in memory', async () => {
        const before = process.memoryUsage().rss;
        let highest = 0;
        const timer = setInterval(() => (highest = Math.max(highest, process.memoryUsage().rss)), 50);
        await engine.backupStream(repository, childBackup('head -c 500000000 /dev/zero'));
        clearInterval(timer);
        expect(highest - before).toBeLessThan(60 * 1024 * 1024);
      });
    });

    describe('paths', () => {
      test('a folder comes back equal, without what is excluded, hostile names included', async () => {
        const root = path.join(lab.folder, 'root');
        const names = ['plain', '-n', 'a b', "it's", '$(touch x)', 'line\nbreak', 'ü'];
        await mkdir(path.join(root, 'deep'), { recursive: true });
        for (const file of names) await writeFile(path.join(root, file), `content of ${file}`);
        await writeFile(path.join(root, 'deep', 'left-out.tmp'), 'x');
        const { resticId, files } = await engine.backupPaths(repository, {
          root,
          excludes: ['*.tmp'],
          tags: ['part'],
          time,
        });
        expect(files).toBe(names.length);
        const target = path.join(lab.folder, 'target');
        const restored = await engine.restore(repository, { resticId, target });
        expect(restored.bytes).toBeGreaterThan(0);
        expect((await readdir(target)).sort()).toEqual([...names, 'deep'].sort());
        for (const file of names) {
          expect(await readFile(path.join(target, file), 'utf8')).toBe(`content of ${file}`);
        }
        expect(await readdir(path.join(target, 'deep'))).toEqual([]);
        const some = path.join(lab.folder, 'some');
        await engine.restore(repository, { resticId, target: some, include: ['/plain'] });
        expect(await readdir(some)).toEqual(['plain']);
      });

      test('a folder that is not there is an error', async () => {
        const backup = { root: path.join(lab.folder, 'none'), excludes: [], tags: ['part'], time };
        expect(await failure(() => engine.backupPaths(repository, backup))).toBe('source-unreadable');
      });
    });

    describe('names that mean something to a pattern', () => {
      const names = ['a*b', 'acb', '[x]', 'back\\slash', '!not', '-n', ' led', 'line\nbreak', 'ü?'];
      let resticId = '';
      beforeAll(async () => {
        const root = path.join(lab.folder, 'patterns');
        for (const name of names) {
          await mkdir(path.join(root, name, 'in'), { recursive: true });
          await writeFile(path.join(root, name, 'in', 'file'), `in ${name}`);
          await writeFile(path.join(root, `${name}.file`), name);
        }
        ({ resticId } = await engine.backupPaths(repository, { root, excludes: [], tags: ['part'], time }));
      });

      async function list(paths: readonly string[], recursive = false) {
        const found: SnapshotEntry[] = [];
        const onEntry = (entry: SnapshotEntry) => void found.push(entry);
        await engine.list(repository, { resticId, paths, recursive, onEntry });
        return found;
      }

      test('a folder is listed with itself first, and nothing of what lies deeper', async () => {
        for (const name of names) {
          expect(await list([`/${name}`])).toEqual([
            { name, path: `/${name}`, type: 'directory', modified: expect.any(Date) },
            { name: 'in', path: `/${name}/in`, type: 'directory', modified: expect.any(Date) },
          ]);
        }
        const top = await list(['/']);
        expect(top.map((entry) => entry.name).sort()).toEqual(
          [...names, ...names.map((name) => `${name}.file`)].sort(),
        );
        expect(top.find((entry) => entry.name === 'acb.file')).toMatchObject({ type: 'file', bytes: 3 });
      });

      test('several paths at once, down to the last file; one that is not there is passed over', async () => {
        const found = await list(['/[x]', '/none', '/!not.file'], true);
        expect(found.map((entry) => entry.path).sort()).toEqual([
          '/!not.file',
          '/[x]',
          '/[x]/in',
          '/[x]/in/file',
        ]);
        expect(await list(['/none'])).toEqual([]);
      });

      test('exactly the chosen ones are restored', async () => {
        for (const [index, name] of names.entries()) {
          const target = path.join(lab.folder, `chosen-${index}`);
          await engine.restore(repository, { resticId, target, include: [`/${name}`, `/${name}.file`] });
          expect((await readdir(target, { recursive: true })).sort()).toEqual(
            [name, `${name}.file`, `${name}/in`, `${name}/in/file`].sort(),
          );
          expect(await readFile(path.join(target, name, 'in', 'file'), 'utf8')).toBe(`in ${name}`);
        }
      });

      test('a folder is dumped as a tar archive, a file as it is', async () => {
        const dumped = async (wanted: string) => {
          const { stream } = await engine.dump(repository, { resticId, path: wanted });
          if (stream === undefined) throw new Error('There is no stream.');
          return buffer(stream);
        };
        expect((await dumped('/a*b/in/file')).toString()).toBe('in a*b');
        expect((await dumped('/[x]')).toString()).toContain('in [x]');
      });
    });

    describe('dump', () => {
      let resticId = '';
      const content = Buffer.alloc(2_500_000, 'dump ');
      beforeAll(async () => {
        const produce = inProcess(content);
        ({ resticId } = await engine.backupStream(repository, { ...childBackup(''), produce }));
      });

      test('gives a stream', async () => {
        const { stream, done } = await engine.dump(repository, { resticId, path: '/app.dump' });
        if (stream === undefined) throw new Error('There is no stream.');
        expect((await buffer(stream)).equals(content)).toBe(true);
        await done;
      });

      test('writes to a descriptor', async () => {
        const pipe = await createAnonymousPipe();
        const descriptor = pipe.openWriteEnd();
        const count = runProcess({
          program: 'wc',
          arguments: ['-c'],
          stdin: { descriptor: pipe.openReadEnd() },
          stdout: { captureBytes: 100 },
        });
        const { stream, done } = await engine.dump(repository, { resticId, path: '/app.dump', descriptor });
        expect(stream).toBeUndefined();
        await done;
        await runProcess({ program: 'true', arguments: [] });
        pipe.close();
        closeSync(descriptor);
        expect((await count).stdout.toString().trim()).toBe(`${content.length}`);
      });

      test('a stream that is not whole breaks, and never ends', async () => {
        const { stream, done } = await engine.dump(repository, { resticId, path: '/other.dump' });
        if (stream === undefined) throw new Error('There is no stream.');
        await expect(buffer(stream)).rejects.toMatchObject({ code: 'not-found' });
        await expect(done).rejects.toMatchObject({ code: 'not-found' });
      });

      test('a snapshot that is not there is an error', async () => {
        const dump = await engine.dump(repository, { resticId: '00'.repeat(32), path: '/app.dump' });
        await expect(dump.done).rejects.toMatchObject({ code: 'not-found' });
      });
    });

    test('keys: a second password opens, and the first one can be removed by it', async () => {
      const other = lab.repository('keys');
      await engine.initialise(other);
      const password = new Secret('päss "word" $(x) of a person');
      await engine.addKey(other, { password, userName: 'holdfast', hostName: 'agent-1' });
      const second = { ...other, password };
      const keys = await engine.keys(second);
      expect(keys).toHaveLength(2);
      const added = keys.find(({ userName }) => userName === 'holdfast');
      expect(added).toMatchObject({ current: true, hostName: 'agent-1' });
      await expect(engine.removeKey(second, added?.id ?? '')).rejects.toMatchObject({
        code: 'engine-failed',
      });
      const [first] = await engine.keys(other).then((all) => all.filter(({ current }) => current));
      await engine.removeKey(second, first?.id ?? '');
      await expect(engine.keys(other)).rejects.toMatchObject({ code: 'repository-password-wrong' });
      expect(await lab.restic(second, 'snapshots')).toMatchObject({ exitCode: 0 });
    });

    test.each(['', ' x', 'x\n', 'x'.repeat(5000)])(
      'a password that restic would misread is refused',
      async (text) => {
        const key = { password: new Secret(text), userName: 'holdfast', hostName: 'agent-1' };
        await expect(engine.addKey(repository, key)).rejects.toMatchObject({ code: 'invalid-input' });
      },
    );

    test('forget removes those that are named, prune their data; repeating is no error', async () => {
      const { resticId } = await engine.backupStream(
        repository,
        childBackup('head -c 5000000 /dev/urandom', { tags: ['to-go'] }),
      );
      expect((await engine.snapshots(repository, { tag: 'to-go' })).map(({ id }) => id)).toEqual([resticId]);
      const others = (await lab.snapshotIds(repository)).filter((id) => id !== resticId);
      const stored = await engine.storedBytes(repository);
      expect(stored).toBeGreaterThan(5_000_000);
      await engine.forget(repository, [resticId]);
      await engine.forget(repository, [resticId]);
      await engine.forget(repository, []);
      expect(await lab.snapshotIds(repository)).toEqual(others);
      expect((await engine.prune(repository)).bytesFreed).toBeGreaterThan(4_900_000);
      expect(await engine.storedBytes(repository)).toBeLessThan(stored - 4_900_000);
      await engine.check(repository, { readDataSubset: '100%' });
    });
  });
}
