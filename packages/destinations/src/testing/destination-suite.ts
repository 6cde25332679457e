import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import type { ErrorCode } from '@holdfast/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Destination } from '../destination.ts';
import { destinationKind, openDestination } from '../registry.ts';
import { runRestic } from './run-restic.ts';

export type EnteredSettings = Readonly<Record<string, unknown>>;

/** One way in which a destination can be wrong, made on the real thing. */
export interface DestinationFault {
  readonly name: string;
  /** Brings the fault about and gives the settings to probe with. */
  readonly settings: () => Promise<EnteredSettings>;
  readonly code: ErrorCode;
  /** What the person has to be told. */
  readonly detail: RegExp;
}

export interface DestinationSuite {
  readonly kind: string;
  /** Settings of a place that works, with nothing in it yet. */
  freshSettings(): Promise<EnteredSettings>;
  /** How many objects a long list has: more than fit on one page, unless that takes a server minutes. */
  readonly longList: number;
  /** Called once, after all tests. */
  cleanUp(): Promise<void>;
  /** At least one for each thing a person can get wrong. */
  readonly faults: readonly DestinationFault[];
}

const oddKeys = [
  'with space',
  'quote\'"`',
  '$(touch x)',
  '-dash',
  'ünïcode/ключ',
  'a+b&c=d?e#f%20',
  'deep/er/and/deeper',
];
const badKeys = ['', '/', 'a/', '/a', 'a//b', '..', 'a/../b', './a', 'a\nb', 'a\0b'];

/** What every kind of destination has to do, run against the real thing. */
export function destinationSuite(suite: DestinationSuite): void {
  const kind = destinationKind(suite.kind);
  const open = async (): Promise<Destination> => openDestination(suite.kind, await suite.freshSettings());

  afterAll(() => suite.cleanUp());

  describe('settings', () => {
    test('can be stored and parsed again', async () => {
      const first = await open();
      expect(openDestination(suite.kind, first.settings).settings).toEqual(first.settings);
    });

    test('refuse a field that is not known', async () => {
      const settings = { ...(await suite.freshSettings()), colour: 'green' };
      expect(() => kind.open(settings)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    });

    test('show no secret, whichever way they are printed', async () => {
      const settings = await suite.freshSettings();
      const destination = kind.open(settings);
      const shown = [
        destination.describe(),
        inspect(destination, { depth: 9 }),
        JSON.stringify(destination.settings),
        inspect(destination.access('app')),
        destination.access('app').location,
        ...destination.access('app').options,
      ].join('\n');
      for (const secret of secretsOf(settings)) expect(shown).not.toContain(secret);
    });
  });

  describe('probe', () => {
    test('of a place that works succeeds in every step and leaves nothing behind', async () => {
      const destination = await open();
      const result = await destination.probe();
      expect(result).toMatchObject({ ok: true });
      expect(result.error).toBeUndefined();
      expect(result.steps.map(({ step, ok }) => [step, ok])).toEqual(
        ['connect', 'write', 'read', 'list', 'delete'].map((step) => [step, true]),
      );
      expect(await destination.objects().list('')).toEqual([]);
    });

    test.each(suite.faults)('says in its own words: $name', async ({ settings, code, detail }) => {
      const entered = await settings();
      const started = performance.now();
      const result = await kind.open(entered).probe({ timeoutMs: 3000 });
      expect(performance.now() - started).toBeLessThan(15_000);
      expect(result).toMatchObject({ ok: false, error: { code, detail: expect.stringMatching(detail) } });
      expect(result.steps.at(-1)?.ok).toBe(false);
      for (const secret of secretsOf(entered)) expect(JSON.stringify(result)).not.toContain(secret);
    });

    test('can be cancelled', async () => {
      const destination = await open();
      await expect(destination.probe({ signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'cancelled',
      });
    });
  });

  describe('objects', () => {
    let destination: Destination;
    beforeAll(async () => {
      destination = await open();
    });

    test('come back as they were put, also when empty or larger than a packet', async () => {
      const objects = destination.objects();
      for (const size of [0, 1, 5_000_000]) {
        const body = Buffer.alloc(size, 'holdfast');
        await objects.put('body', body);
        expect(body.equals(await objects.get('body'))).toBe(true);
      }
      await objects.delete('body');
    });

    test('are replaced by a second put', async () => {
      const objects = destination.objects();
      await objects.put('twice', Buffer.from('first, and longer'));
      await objects.put('twice', Buffer.from('second'));
      expect(Buffer.from(await objects.get('twice')).toString()).toBe('second');
      await objects.delete('twice');
    });

    test('may have any legal name', async () => {
      const objects = destination.objects();
      for (const key of oddKeys) await objects.put(key, Buffer.from(key));
      expect(await objects.list('')).toEqual([...oddKeys].sort());
      for (const key of oddKeys) expect(Buffer.from(await objects.get(key)).toString()).toBe(key);
      for (const key of oddKeys) await objects.delete(key);
      expect(await objects.list('')).toEqual([]);
    });

    test.each(badKeys)('refuse the name %j', async (key) => {
      const objects = destination.objects();
      await expect(objects.put(key, Buffer.from('x'))).rejects.toMatchObject({ code: 'invalid-input' });
      await expect(objects.get(key)).rejects.toMatchObject({ code: 'invalid-input' });
      await expect(objects.delete(key)).rejects.toMatchObject({ code: 'invalid-input' });
    });

    test('are listed by the characters that their names begin with, however many they are', async () => {
      const objects = destination.objects();
      const keys = Array.from(
        { length: suite.longList },
        (_, index) => `page/n-${String(index).padStart(4, '0')}`,
      );
      await inBatches(keys, (key) => objects.put(key, Buffer.from('x')));
      await objects.put('pagetwo', Buffer.from('x'));
      expect(await objects.list('page/')).toEqual(keys);
      expect(await objects.list('page/n-000')).toEqual(keys.slice(0, 10));
      expect(await objects.list('pag')).toEqual([...keys, 'pagetwo']);
      expect(await objects.list('nothing/here')).toEqual([]);
      await inBatches([...keys, 'pagetwo'], (key) => objects.delete(key));
      expect(await objects.list('')).toEqual([]);
    });

    test('that are not there: get says so, delete succeeds', async () => {
      const objects = destination.objects();
      await expect(objects.get('never/was')).rejects.toMatchObject({ code: 'not-found' });
      await objects.delete('never/was');
    });
  });

  describe('a call that was cancelled', () => {
    test.each(['put', 'get'] as const)('%s rejects', async (call) => {
      const destination = await open();
      const objects = destination.objects();
      await objects.put('key', Buffer.from('x'));
      const options = { signal: AbortSignal.abort() };
      const cancelled =
        call === 'put' ? objects.put('key', Buffer.from('y'), options) : objects.get('key', options);
      await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
      expect(Buffer.from(await objects.get('key')).toString()).toBe('x');
    });
  });

  describe('access', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'holdfast-destination-suite-'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    test.each(['', '.', '..', '../x', 'a/b', '-r', 'a b', "a'b", '$(x)', 'a\nb', 'é', 'x'.repeat(129)])(
      'refuses %j as the name of a repository',
      async (name) => {
        const destination = await open();
        expect(() => destination.access(name)).toThrow(
          expect.objectContaining({ code: 'source-name-invalid' }),
        );
      },
    );

    test('is all that stock restic needs to back up, restore, forget and prune', async () => {
      const destination = await open();
      const access = destination.access('app-db.1');
      const file = path.join(folder, 'data');
      const content = 'what is worth keeping\n'.repeat(50_000);
      await writeFile(file, content);
      const restic = (...command: string[]) => runRestic(access, path.join(folder, 'cache'), command);

      await restic('init');
      await restic('backup', '--tag', 'one', file);
      await restic('backup', '--tag', 'two', file);
      await restic('restore', 'latest', '--target', path.join(folder, 'restored'));
      expect(await readFile(path.join(folder, 'restored', file), 'utf8')).toBe(content);
      await restic('forget', '--keep-last', '1', '--group-by', '', '--prune');
      const { stdout } = await restic('snapshots', '--json');
      expect(JSON.parse(stdout)).toMatchObject([{ tags: ['two'] }]);
      await restic('check');

      const keys = await destination.objects().list('restic/app-db.1/');
      expect(keys).toContain('restic/app-db.1/config');
      // Nothing that restic locked or Holdfast wrote is left.
      expect(keys.filter((key) => /lock|holdfast/.test(key))).toEqual([]);
    });

    test('leads to a repository of its own for each name', async () => {
      const destination = await open();
      await runRestic(destination.access('first'), path.join(folder, 'cache'), ['init']);
      await expect(
        runRestic(destination.access('second'), path.join(folder, 'cache'), ['cat', 'config']),
      ).rejects.toMatchObject({ code: 10 });
    });
  });

  function secretsOf(settings: EnteredSettings): string[] {
    return kind.secretSettings.map((name) => String(settings[name]));
  }
}

async function inBatches(keys: readonly string[], work: (key: string) => Promise<void>): Promise<void> {
  const size = 20;
  for (let index = 0; index < keys.length; index += size) {
    await Promise.all(keys.slice(index, index + size).map(work));
  }
}
