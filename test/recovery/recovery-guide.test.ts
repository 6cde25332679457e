import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseEnv } from 'node:util';
import { labDockerHost } from '@holdfast/docker/testing';
import { failOnLeakedContainers, type PostgresContainer, startPostgres } from '@holdfast/sources/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backUp } from '../support/backup-report.ts';
import { databases, fingerprint, roles } from '../support/database-fingerprint.ts';
import { Guide } from '../support/guide.ts';
import { freshHoldfast } from '../support/holdfast.ts';
import { addS3Destination, labPlace } from '../support/s3-destination.ts';
import { makeSampleDatabase } from '../support/sample-database.ts';

/** The commands of the guide, on what Holdfast wrote, after Holdfast and the server that it protected are gone. */

failOnLeakedContainers();

const guide = new Guide('recover-without-holdfast');
const place = labPlace();
const folders: string[] = [];

/** The lines of the kit for each repository: what a person pastes. */
let kit: Map<string, Record<string, string>>;
let container: string;
let was: string;
let rolesWere: string;
let target: string;

beforeAll(async () => {
  const made = async (name: string) => {
    const folder = await mkdtemp(path.join(tmpdir(), `holdfast-${name}-`));
    folders.push(folder);
    return folder;
  };
  const storage = await made('storage');
  const data = await made('data');
  target = await made('target');
  await mkdir(path.join(data, 'uploads', 'deep er'), { recursive: true });
  await writeFile(path.join(data, 'uploads', 'deep er', 'Ü file'), 'the content');
  await symlink('deep er/Ü file', path.join(data, 'uploads', 'link'));
  const sqlite = new DatabaseSync(path.join(data, 'orders.db'));
  sqlite.exec(
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, what TEXT); INSERT INTO orders (what) VALUES ('äöü'), ('b')",
  );
  sqlite.close();

  await using postgres = await startPostgres({ version: '17' });
  container = postgres.name;
  await makeSampleDatabase(postgres, 'shop');
  was = await fingerprint(postgres, 'shop');
  rolesWere = await roles(postgres);

  await using holdfast = await freshHoldfast(container);
  const succeed = async (...args: string[]) => {
    const { exitCode, stderr } = await holdfast.run(...args);
    expect(exitCode, stderr).toBe(0);
  };
  await succeed('destinations', 'add', 'disk', '--default', '--kind', 'local', '--set', `path=${storage}`);
  await succeed('sources', 'add', 'directory', path.join(data, 'uploads'), '--name', 'uploads');
  await succeed('sources', 'add', 'sqlite', path.join(data, 'orders.db'), '--name', 'orders');
  expect((await addS3Destination(holdfast, 'bucket', place, place.secretAccessKey.reveal())).exitCode).toBe(
    0,
  );
  expect(await backUp(holdfast, container, 'uploads', 'orders')).toMatchObject({ exitCode: 0 });
  expect(await backUp(holdfast, 'uploads', '--destination', 'bucket')).toMatchObject({ exitCode: 0 });
  kit = readKit((await holdfast.run('key', 'show-kit')).stdout);
  await rm(data, { recursive: true });
});
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** By `<source> at <destination>`. */
function readKit(text: string): Map<string, Record<string, string>> {
  const [password = '', ...repositories] = text.split(/^# (?=\S+ at \S+$)/m);
  return new Map(
    repositories.map((section) => {
      const [title = '', ...lines] = section.split('\n');
      return [title, { ...parseExports(password), ...parseExports(lines.join('\n')) }];
    }),
  );
}

function parseExports(text: string): Record<string, string> {
  const entries = Object.entries(parseEnv(text));
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function variablesFor(title: string, more: Readonly<Record<string, string>>): Record<string, string> {
  const lines = kit.get(title);
  if (lines === undefined) throw new Error(`the kit has no "${title}", but ${[...kit.keys()].join(', ')}`);
  return { ...lines, ...more };
}

async function succeed(mark: string, variables: Readonly<Record<string, string>>): Promise<string> {
  const { exitCode, stdout, stderr } = await guide.run(mark, variables);
  expect(exitCode, `${mark}: ${stderr}`).toBe(0);
  return stdout;
}

test('a PostgreSQL database comes back into a fresh container, with roles and settings', async () => {
  await using fresh: PostgresContainer = await startPostgres({ version: '17' });
  const variables = variablesFor(`${container} at disk`, {
    NAME: container,
    CONTAINER: fresh.name,
    DATABASE: 'shop',
    PGUSER: 'postgres',
    DOCKER_HOST: labDockerHost(),
  });
  expect(await succeed('list-snapshots', variables)).toContain('/shop.dump');
  const manifest: unknown = JSON.parse(await succeed('show-manifest', variables));
  expect(manifest).toMatchObject({ counts: { 'rows/shop/public.customers': 500 } });
  expect(await succeed('show-roles', variables)).toContain('CREATE ROLE "the owner"');
  await succeed('create-roles', variables);
  expect(await roles(fresh)).toBe(rolesWere);

  // Nothing to set aside, and the restore.
  await succeed('set-aside', variables);
  await succeed('restore-database', variables);
  await succeed('analyze', variables);
  expect(await fingerprint(fresh, 'shop')).toBe(was);

  // Once more, over a damaged one.
  await fresh
    .sql('DELETE FROM customers', 'shop')
    .catch(() => fresh.sql('DROP TABLE customers CASCADE', 'shop'));
  await succeed('set-aside', variables);
  await succeed('restore-database', variables);
  expect(await fingerprint(fresh, 'shop')).toBe(was);
  expect(await databases(fresh)).toEqual(['postgres', 'shop', 'shop_before']);
  await succeed('check-repository', variables);
});

test('a folder', async () => {
  const restored = path.join(target, 'uploads');
  await succeed('restore-directory', variablesFor('uploads at disk', { NAME: 'uploads', TARGET: restored }));
  expect(await readFile(path.join(restored, 'link'), 'utf8')).toBe('the content');
});

test('a folder, out of a bucket: the lines of the kit, with the keys filled in', async () => {
  const lines = variablesFor('uploads at bucket', {
    NAME: 'uploads',
    TARGET: path.join(target, 'from the bucket'),
  });
  // Secrets are the person's to fill in; everything else is there.
  expect(Object.keys(lines)).toEqual(expect.arrayContaining(Object.keys(place.credentials).slice(0, 2)));
  expect(Object.values(lines)).not.toContain(place.secretAccessKey.reveal());
  const variables = { ...lines, ...place.credentials };
  expect(await succeed('list-snapshots', variables)).toContain('uploads');
  await succeed('restore-directory', variables);
  expect(await readFile(path.join(lines['TARGET'] ?? '', 'deep er', 'Ü file'), 'utf8')).toBe('the content');
});

test('a SQLite file', async () => {
  const restored = path.join(target, 'orders restored.db');
  await succeed(
    'restore-sqlite',
    variablesFor('orders at disk', { NAME: 'orders', FILE: '/orders.db.sqlite', TARGET: restored }),
  );
  const sqlite = new DatabaseSync(restored, { readOnly: true });
  expect(sqlite.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  expect(sqlite.prepare('SELECT what FROM orders ORDER BY id').all()).toEqual([
    { what: 'äöü' },
    { what: 'b' },
  ]);
  sqlite.close();
});

test('no marked command of the guide was left out', () => {
  expect(guide.unused).toEqual([]);
});
