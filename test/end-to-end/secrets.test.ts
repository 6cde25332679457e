import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { failOnLeakedContainers, startPostgres } from '@holdfast/sources/testing';
import { expect, test } from 'vitest';
import { SecretSearch } from '../support/find-secrets.ts';
import { freshHoldfast, type Holdfast } from '../support/holdfast.ts';
import { secretsOf } from '../support/open-vault.ts';
import { descendants } from '../support/processes.ts';
import { stockRestic, stockSnapshots, teamKey } from '../support/stock-restic.ts';

/** What opens the backups is in none of them, nor anywhere in the clear but where it has to be. */

failOnLeakedContainers();

/** Everything that can be seen of commands from outside: what they print, and the command lines of all that they start. */
class Watched {
  readonly #holdfast: Holdfast;
  readonly seen: string[] = [];

  constructor(holdfast: Holdfast) {
    this.#holdfast = holdfast;
  }

  async run(...args: string[]): Promise<void> {
    expect(await this.exitCode(...args), this.seen.at(-1)).toBe(0);
  }

  async exitCode(...args: string[]): Promise<number> {
    const running = this.#holdfast.start(...args);
    const ended = new AbortController();
    const ending = running.outcome.finally(() => ended.abort());
    while (!ended.signal.aborted) {
      this.seen.push(...(await descendants(running.pid)).map(({ command }) => command.join('\0')));
      await sleep(10);
    }
    const { exitCode, stdout, stderr } = await ending;
    this.seen.push(stdout, stderr);
    return exitCode;
  }
}

async function expectNoSecrets(names: string, sourceNames: readonly string[]) {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-secrets-'));
  try {
    const [data, storage, restored] = ['data', 'storage', 'restored'].map((name) => path.join(folder, name));
    if (data === undefined || storage === undefined || restored === undefined) throw new Error('no folders');
    await mkdir(path.join(data, 'uploads'), { recursive: true });
    await writeFile(path.join(data, 'uploads', 'file'), 'the content of the file');
    const sqlite = new DatabaseSync(path.join(data, 'orders.db'));
    sqlite.exec("CREATE TABLE orders (what TEXT); INSERT INTO orders VALUES ('an order')");
    sqlite.close();

    await using plain = await freshHoldfast(names);
    const holdfast = plain.with({ OFFSITE_SECRET: 'secret-of-the-offsite-bucket' });
    const watched = new Watched(holdfast);
    await watched.run(
      'destinations',
      'add',
      'disk',
      '--default',
      '--kind',
      'local',
      '--set',
      `path=${storage}`,
    );
    // Nothing listens there: it is added all the same, and the exit code says what the probe found.
    await watched.exitCode(
      'destinations',
      'add',
      'offsite',
      '--force',
      '--kind',
      's3',
      '--set',
      'endpoint=http://127.0.0.1:9',
      '--set',
      'bucket=offsite-bucket',
      '--set',
      'accessKeyId=k',
      '--secret-env',
      'secretAccessKey=OFFSITE_SECRET',
    );
    await watched.run('sources', 'add', 'directory', path.join(data, 'uploads'), '--name', 'uploads');
    await watched.run('sources', 'add', 'sqlite', path.join(data, 'orders.db'), '--name', 'orders');
    const first = await secretsOf(holdfast);
    const all = ['uploads', 'orders', ...sourceNames];
    await watched.run('backup', ...all, '--json');
    const second = await secretsOf(holdfast);
    await watched.run('key', 'rotate');
    await watched.run('key', 'rotate', '--master');
    await watched.run('backup', ...all);
    for (const command of ['operations', 'alerts', 'sources', 'destinations']) {
      await watched.run(command, '--json');
    }
    await watched.run('key', 'status', '--json');
    const secrets = [...first, ...second, ...(await secretsOf(holdfast))];
    // The team key before and after, two master keys, a token, machine keys before and after, a secret of storage.
    expect(new Set(secrets.map(({ value }) => Buffer.from(value).toString('hex'))).size).toBeGreaterThan(10);
    expect(secrets.map(({ value }) => value)).toContain('secret-of-the-offsite-bucket');

    const search = new SecretSearch(secrets);
    const own = ['.env', 'holdfast.token'].map((name) => path.join(holdfast.dataDirectory, name));
    const found = [
      ...(await search.below(holdfast.dataDirectory, own)),
      ...(await search.below(storage)),
      ...watched.seen.flatMap((text) => search.in('what commands show', text)),
    ];
    expect(watched.seen.join('\n')).toContain('key\0add');

    const key = await teamKey(holdfast);
    for (const source of all) {
      const repository = path.join(storage, 'restic', source);
      const snapshots = await stockSnapshots(repository, key);
      expect(snapshots.length).toBeGreaterThanOrEqual(4);
      for (const { id } of snapshots) {
        const target = path.join(restored, id);
        await stockRestic(repository, key, ['restore', id, '--target', target]);
        found.push(...search.in(`the snapshot ${id}`, JSON.stringify(snapshots)));
        found.push(...(await search.below(target)));
      }
    }
    expect(found).toEqual([]);
    expect(search.bytesSearched).toBeGreaterThan(100_000);
    // Where they have to be, they are found: the search is able to.
    expect(search.in('.env', await readFile(own[0] ?? ''))).not.toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('the keys are in no backup, file, output or command line: folders and SQLite', async () => {
  await expectNoSecrets('no-container-has-this-name', []);
}, 900_000);

test('the same for a PostgreSQL container', async () => {
  await using postgres = await startPostgres({
    environment: { POSTGRES_PASSWORD: 'the-password-of-postgres' },
  });
  await expectNoSecrets(postgres.name, [postgres.name]);
}, 900_000);
