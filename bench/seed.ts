import path from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { prepareDataDirectory } from '../apps/server/src/data-directory/data-directory.ts';
import { dataDirectoryFiles } from '../apps/server/src/data-directory/files.ts';
import { openDatabase } from '../apps/server/src/database/database.ts';

export interface SeedSize {
  readonly environments: number;
  readonly sourcesPerEnvironment: number;
  readonly snapshotsPerSource: number;
  readonly operations: number;
  readonly partsPerPass: number;
  readonly plans: number;
}

/** 10,000 sources in 1,000 environments, 1,000,000 snapshots, 100,000 operations, 1,000 plans. */
export const largeSeed: SeedSize = {
  environments: 1_000,
  sourcesPerEnvironment: 10,
  snapshotsPerSource: 100,
  operations: 100_000,
  partsPerPass: 9,
  plans: 1_000,
};

const dayMs = 86_400_000;
const kinds = ['postgres', 'mysql', 'redis', 'volume', 'directory'];
const destination = id(0, 1);

/** Makes a data directory with a long history, as years of many environments leave it. Nothing may run on it. */
export async function seed(directory: string, size: SeedSize, now = Date.now()): Promise<void> {
  prepareDataDirectory(directory);
  const { database: file } = dataDirectoryFiles(directory);
  await (await openDatabase({ kind: 'sqlite', file })).destroy();
  const database = new BetterSqlite3(file);
  database.pragma('synchronous = OFF');
  database.pragma('foreign_keys = OFF');
  database.pragma('cache_size = -400000');
  // Made once at the end: kept up to date for each row, they take most of the time.
  const indexes = database
    .prepare<[], { name: string; sql: string }>(
      "select name, sql from sqlite_master where type = 'index' and sql is not null",
    )
    .all();
  for (const { name } of indexes) database.exec(`drop index "${name}"`);
  const insert = (table: string, columns: readonly string[]) =>
    database.prepare(
      `insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    );
  try {
    database.transaction(() => {
      seedDestination(insert, path.join(directory, 'seeded'), now);
      seedSources(insert, size, now);
      seedSnapshots(insert, size, now);
      seedOperations(insert, size, now);
      seedPlans(insert, size, now);
    })();
    database.exec(`insert into snapshot_days
      select destination_id, substr(created_at, 1, 10), count(*), sum(bytes), sum(bytes_added), count(*), sum(bytes_added)
      from snapshots group by destination_id, substr(created_at, 1, 10)`);
    for (const { sql } of indexes) database.exec(sql);
  } finally {
    database.close();
  }
}

type Insert = (table: string, columns: readonly string[]) => BetterSqlite3.Statement;

function seedDestination(insert: Insert, folder: string, now: number): void {
  insert('destinations', [
    'id',
    'name',
    'kind',
    'settings',
    'is_default',
    'from_environment',
    'created_at',
  ]).run(destination, 'seeded', 'local', JSON.stringify({ path: folder }), 0, 0, at(now - 400 * dayMs));
}

function seedSources(insert: Insert, size: SeedSize, now: number): void {
  const source = insert('sources', [
    'id',
    'name',
    'kind',
    'server',
    'environment',
    'declared',
    'locator',
    'present',
    'protected',
    'created_at',
    'last_success_at',
    'last_verified_at',
    'last_recovery_ms',
  ]);
  const repository = insert('repositories', [
    'id',
    'source_id',
    'destination_id',
    'path',
    'created_at',
    'initialised_at',
  ]);
  for (let number = 0; number < size.environments * size.sourcesPerEnvironment; number += 1) {
    const name = sourceName(number, size);
    const backedUp = at(now - (number % 48) * 3_600_000);
    source.run(
      sourceId(number),
      name,
      kinds[number % kinds.length],
      'local',
      environmentName(number, size),
      0,
      '{}',
      1,
      number % 50 === 0 ? 0 : 1,
      at(now - 300 * dayMs),
      backedUp,
      number % 3 === 0 ? backedUp : null,
      number % 3 === 0 ? 4_000 + number : null,
    );
    repository.run(repositoryId(number), sourceId(number), destination, name, backedUp, backedUp);
  }
}

/** Newest last, as they arrived: each round backs every source up once. */
function seedSnapshots(insert: Insert, size: SeedSize, now: number): void {
  const sources = size.environments * size.sourcesPerEnvironment;
  const snapshot = insert('snapshots', [
    'id',
    'arrival',
    'source_id',
    'source_name',
    'kind',
    'destination_id',
    'repository_id',
    'operation_id',
    'time',
    'created_at',
    'bytes',
    'bytes_added',
    'duration_ms',
    'state',
    'manifest_restic_id',
    'counts',
  ]);
  const part = insert('snapshot_parts', ['snapshot_id', 'position', 'path', 'restic_id', 'bytes']);
  let arrival = 0;
  for (let round = 0; round < size.snapshotsPerSource; round += 1) {
    const time = now - (size.snapshotsPerSource - round) * dayMs;
    for (let number = 0; number < sources; number += 1) {
      arrival += 1;
      const taken = at(time + number);
      const ours = id(time, arrival);
      const restic = ours.replaceAll('-', '').padStart(64, (arrival * 2_654_435_761).toString(16));
      snapshot.run(
        ours,
        arrival,
        sourceId(number),
        sourceName(number, size),
        kinds[number % kinds.length],
        destination,
        repositoryId(number),
        id(time, number + 1),
        taken,
        taken,
        50_000_000 + number,
        400_000 + number,
        2_500,
        'good',
        restic,
        '{"orders":12000}',
      );
      part.run(ours, 0, '/database.dump', restic, 50_000_000 + number);
    }
  }
}

/** Passes, each followed by its parts. */
function seedOperations(insert: Insert, size: SeedSize, now: number): void {
  const operation = insert('operations', [
    'id',
    'kind',
    'state',
    'parent_id',
    'source_id',
    'source_name',
    'slots',
    'attempt',
    'params',
    'fence',
    'heartbeat',
    'cancel_requested',
    'clean_up',
    'repeat',
    'created_at',
    'started_at',
    'finished_at',
    'result',
  ]);
  const log = insert('operation_log', ['operation_id', 'sequence', 'time', 'level', 'message']);
  let pass = '';
  for (let number = 0; number < size.operations; number += 1) {
    const time = now - Math.floor(((size.operations - number) / size.operations) * 100 * dayMs);
    const ours = id(time, number);
    const isPass = number % (size.partsPerPass + 1) === 0;
    if (isPass) pass = ours;
    const source = number % (size.environments * size.sourcesPerEnvironment);
    operation.run(
      ours,
      'backup',
      number % 97 === 0 ? 'failed' : 'succeeded',
      isPass ? null : pass,
      isPass ? null : sourceId(source),
      isPass ? null : sourceName(source, size),
      isPass ? 0 : 1,
      1,
      '{"sourceKind":"postgres"}',
      1,
      0,
      0,
      'none',
      0,
      at(time),
      at(time),
      at(time + 2_500),
      isPass
        ? '{}'
        : JSON.stringify({ snapshotId: ours, bytesRead: 50_000_000, bytesAdded: 400_000, durationMs: 2_500 }),
    );
    log.run(ours, 1, at(time), 'info', 'writing the manifest');
  }
}

/** Each catches one environment, daily, none of them in the next two hours; one in ten names it by a glob, one in twenty is paused. */
function seedPlans(insert: Insert, size: SeedSize, now: number): void {
  const plan = insert('plans', [
    'id',
    'name',
    'selector',
    'schedule',
    'time_zone',
    'destination_ids',
    'retention',
    'jitter_seconds',
    'enabled',
    'is_default',
    'edited',
    'created_at',
    'updated_at',
    'since',
    'last_due_at',
  ]);
  const made = at(now - 300 * dayMs);
  const hour = new Date(now).getUTCHours();
  for (let number = 0; number < size.plans; number += 1) {
    const environment = environmentName((number % size.environments) * size.sourcesPerEnvironment, size);
    plan.run(
      id(3, number),
      `plan-${String(number).padStart(5, '0')}`,
      JSON.stringify({ environments: [number % 10 === 0 ? `${environment}*` : environment] }),
      JSON.stringify({ preset: 'daily', hour: (hour + 4 + (number % 18)) % 24, minute: number % 60 }),
      number % 3 === 0 ? 'Europe/Berlin' : 'UTC',
      number % 4 === 0 ? JSON.stringify([destination]) : '[]',
      JSON.stringify({ recentHours: 24, daily: 30, weekly: 4, monthly: 6 }),
      number % 5 === 0 ? 300 : 0,
      number % 20 === 0 ? 0 : 1,
      0,
      1,
      made,
      made,
      made,
      // Nothing is made up for at the start: there is nothing to back up.
      at(now),
    );
  }
}

function environmentName(source: number, { sourcesPerEnvironment }: SeedSize): string {
  return `environment-${String(Math.floor(source / sourcesPerEnvironment)).padStart(5, '0')}`;
}

function sourceName(source: number, size: SeedSize): string {
  return `${environmentName(source, size)}-${kinds[source % kinds.length]}-${source % size.sourcesPerEnvironment}`;
}

function sourceId(number: number): string {
  return id(1, number);
}

function repositoryId(number: number): string {
  return id(2, number);
}

/** Of the form of a UUID, version 7: sorts by time, then by number. */
function id(time: number, number: number): string {
  const hex = time.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

function at(time: number): string {
  return new Date(time).toISOString();
}
