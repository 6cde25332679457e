import path from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { appliedMigrations, migrateToLatest, migrateToLevel } from '../database/migrate.ts';
import { migrations } from '../database/migrations/index.ts';
import { connectSqlite } from '../database/sqlite.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openBackup, sealBackup } from './backup-stream.ts';
import { exportRows } from './export-rows.ts';
import { fillFromBackup } from './fill-from-backup.ts';
import { formatVersion } from './format.ts';
import { carriedTables, keptTables, leftOut } from './tables.ts';

const key = Buffer.alloc(32, 7);
const header = {
  holdfast: 'self-backup' as const,
  format: formatVersion,
  version: '0.0.9',
  instance: 'holdfast-test',
  migrations: Object.keys(migrations),
  createdAt: '2026-11-27T10:00:00.000Z',
};

async function emptyDatabase() {
  return connectSqlite(path.join(await temporaryFolder(), 'holdfast.db'));
}

/** A state at an early level, with rows in tables that later migrations rebuilt. */
async function earlyState() {
  const database = await emptyDatabase();
  const names = Object.keys(migrations).slice(0, 3);
  await migrateToLevel(database, names);
  await sql`insert into meta values ('a', 'b')`.execute(database);
  await sql`insert into sources (id, name, kind, server, environment, declared, locator, present, protected, created_at)
    values ('s', 'shop', 'memory', 'local', 'e', 0, '{}', 1, 1, 'x')`.execute(database);
  await sql`insert into alerts (id, code, source_id, source_name, message, hint, since, last_seen_at, occurrences)
    values ('a', 'drill-failed', 's', 'shop', 'm', 'h', 'x', 'x', 1)`.execute(database);
  return { database, header: { ...header, migrations: names } };
}

it('a backup of an older version is loaded at its level and brought forward', async () => {
  const early = await earlyState();
  const target = await emptyDatabase();
  await sql`pragma foreign_keys = off`.execute(target);
  const file = sealBackup(exportRows(early.database, early.header), key);
  expect(await fillFromBackup(target, file, { key, now: new Date() })).toEqual(early.header);
  expect(await appliedMigrations(target)).toEqual(Object.keys(migrations));
  expect(await target.selectFrom('alerts').select(['subject_kind', 'subject_name']).execute()).toEqual([
    { subject_kind: 'source', subject_name: 'shop' },
  ]);
  await early.database.destroy();
  await target.destroy();
});

it('one of a newer version is refused, by its migrations and by its format', async () => {
  const source = await emptyDatabase();
  await migrateToLatest(source);
  for (const newer of [
    { ...header, migrations: [...header.migrations, '9999-later'] },
    { ...header, format: formatVersion + 1 },
  ]) {
    const target = await emptyDatabase();
    const file = sealBackup(exportRows(source, newer), key);
    await expect(fillFromBackup(target, file, { key, now: new Date() })).rejects.toMatchObject({
      code: 'backup-too-new',
    });
    await target.destroy();
  }
  await source.destroy();
});

/** Tables and columns that sound like secrets and are carried knowingly. */
const carriedKnowingly = [
  // Hashes, which sign nobody in: with them, passwords and tokens go on being valid after a restore.
  'api_tokens',
  'people.password_hash',
  'recovery_codes',
  // Which key there is and which opens what; the keys themselves are in the vault.
  'team_keys',
  'repositories.team_key_id',
  'repositories.old_keys',
];

const soundsSecret =
  /secret|session|token|password|passphrase|credential|envelope|private|code_hash|keys?\b|key_/;

it('every table of the schema is either carried or left out for a reason, and so is all that sounds secret', async () => {
  const database = await emptyDatabase();
  await migrateToLatest(database);
  const all = (await database.introspection.getTables()).map(({ name }) => name);
  const carried = await carriedTables(database);
  await database.destroy();
  const names = carried.map(({ name }) => name);
  expect(all.filter((name) => !names.includes(name) && !(name in leftOut))).toEqual([]);
  expect(keptTables.filter((name) => !all.includes(name))).toEqual([]);
  const sounding = carried.flatMap(({ name, columns }) =>
    columns
      .filter((column) => soundsSecret.test(`${name}.${column}`))
      .map((column) => [name, `${name}.${column}`]),
  );
  expect(sounding.filter((either) => !either.some((name) => carriedKnowingly.includes(name)))).toEqual([]);
  expect(carriedKnowingly.filter((name) => !sounding.flat().includes(name))).toEqual([]);
});

it('what a failing source had written is no backup', async () => {
  async function* failing() {
    yield Buffer.from('{}\n');
    throw new Error('the disk went away');
  }
  const read = async () => {
    for await (const chunk of sealBackup(failing(), key)) expect(chunk.length).toBeGreaterThan(0);
  };
  await expect(read()).rejects.toThrow('the disk went away');
});

it('many rows pass through without being held', async () => {
  const source = await emptyDatabase();
  await migrateToLatest(source);
  const rows = 12_000;
  await sql`insert into meta with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows})
    select 'name-' || i, hex(randomblob(500)) from n`.execute(source);
  let exported = 0;
  const content = exportRows(source, header, (sofar) => {
    exported = sofar;
  });
  const { lines } = await openBackup(sealBackup(content, key), key);
  let seen = 0;
  let most = 0;
  for await (const line of lines) {
    if (!Array.isArray(line)) continue;
    seen += 1;
    most = Math.max(most, exported - seen);
  }
  await source.destroy();
  expect(seen).toBeGreaterThanOrEqual(rows);
  // All that is between reading a row and giving it out: pages, frames, and the buffers of streams.
  expect(most).toBeLessThan(rows / 2);
});
