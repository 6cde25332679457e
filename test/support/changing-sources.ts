import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type PostgresContainer, type RedisContainer, untilAnswering } from '@holdfast/sources/testing';
import type { Holdfast } from './holdfast.ts';
import { putBack } from './restore-report.ts';

/** Something to be backed up that changes from round to round, and can tell what it holds. */
export interface ChangingSource {
  readonly name: string;
  change(): Promise<void>;
  /** A hash of all that it holds now. */
  digest(): Promise<string>;
  /** A hash of what a snapshot of it holds, restored by Holdfast. */
  digestOf(snapshotId: string): Promise<string>;
}

const rowsAdded = 200;

export async function changingDirectory(
  holdfast: Holdfast,
  folder: string,
  name: string,
): Promise<ChangingSource> {
  const own = path.join(folder, name);
  await mkdir(own);
  await declare(holdfast, 'directory', own, name);
  let changes = 0;
  return {
    name,
    async change() {
      await writeFile(path.join(own, 'version'), String(changes++));
      await writeFile(path.join(own, `file-${changes}`), randomBytes(1_000_000));
    },
    digest: () => digestOfFolder(own),
    digestOf: (snapshotId) => digestBeside(holdfast, name, snapshotId, digestOfFolder),
  };
}

export async function changingSqlite(
  holdfast: Holdfast,
  folder: string,
  name: string,
): Promise<ChangingSource> {
  const file = path.join(folder, `${name}.db`);
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE orders (id INTEGER PRIMARY KEY, what BLOB)');
  database.close();
  await declare(holdfast, 'sqlite', file, name);
  return {
    name,
    change: async () => {
      const opened = new DatabaseSync(file);
      const insert = opened.prepare('INSERT INTO orders (what) VALUES (?)');
      opened.exec('BEGIN');
      for (let row = 0; row < rowsAdded; row++) insert.run(randomBytes(1000));
      opened.exec('COMMIT');
      opened.close();
    },
    digest: () => digestOfSqlite(file),
    digestOf: (snapshotId) => digestBeside(holdfast, name, snapshotId, digestOfSqlite),
  };
}

/** The rows of one table in one database of a server. */
export async function changingPostgres(
  holdfast: Holdfast,
  postgres: PostgresContainer,
  database: string,
): Promise<ChangingSource> {
  await postgres.sql('CREATE TABLE goods (i serial, stuff text)', database);
  const digest = (of: string) =>
    postgres.sql("SELECT md5(string_agg(g::text, '' ORDER BY i)) FROM goods AS g", of);
  return {
    name: postgres.name,
    change: async () => {
      const rows = `INSERT INTO goods (stuff) SELECT repeat(md5(random()::text), 30) FROM generate_series(1, ${rowsAdded})`;
      await postgres.sql(rows, database);
    },
    digest: () => digest(database),
    async digestOf(snapshotId) {
      const beside = 'restored_beside';
      await restore(holdfast, postgres.name, snapshotId, '--as', beside);
      const found = await digest(beside);
      await postgres.sql(`DROP DATABASE ${beside}`, 'postgres');
      return found;
    },
  };
}

/** Its snapshots can only be restored in place: whoever asks for the digest of one changes it. */
export function changingRedis(holdfast: Holdfast, redis: RedisContainer): ChangingSource {
  const digest = async () => (await redis.shell('redis-cli debug digest')).trim();
  let changes = 0;
  return {
    name: redis.name,
    change: async () => {
      await redis.shell(`redis-cli set key-${changes++} ${randomBytes(20_000).toString('hex')}`);
    },
    digest,
    async digestOf(snapshotId) {
      await restore(holdfast, redis.name, snapshotId, '--yes');
      await untilAnswering(redis.client);
      return digest();
    },
  };
}

async function declare(holdfast: Holdfast, kind: string, place: string, name: string): Promise<void> {
  const { exitCode, stderr } = await holdfast.run('sources', 'add', kind, place, '--name', name);
  if (exitCode !== 0) throw new Error(`sources add ${name}: ${stderr}`);
}

async function restore(holdfast: Holdfast, ...args: string[]): Promise<void> {
  const report = await putBack(holdfast, ...args);
  if (report.exitCode !== 0) throw new Error(`restore ${args.join(' ')}: ${JSON.stringify(report)}`);
}

/** Restores to a place of its own, which is gone afterwards. */
async function digestBeside(
  holdfast: Holdfast,
  name: string,
  snapshotId: string,
  digest: (place: string) => Promise<string>,
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-beside-'));
  try {
    const place = path.join(folder, name);
    await restore(holdfast, name, snapshotId, '--as', place);
    return await digest(place);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function digestOfFolder(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).toSorted()) {
    hash.update(`${name}\0`).update(await readFile(path.join(folder, name)));
  }
  return hash.digest('hex');
}

async function digestOfSqlite(file: string): Promise<string> {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare('SELECT id, hex(what) AS what FROM orders ORDER BY id').all();
  database.close();
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}
