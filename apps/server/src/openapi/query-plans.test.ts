import path from 'node:path';
import { destinationKinds } from '@holdfast/destinations';
import { createMemoryEngine, createMemorySource } from '@holdfast/worker/testing';
import BetterSqlite3 from 'better-sqlite3';
import { type CompiledQuery, Kysely, SqliteDialect } from 'kysely';
import { expect, it } from 'vitest';
import { createApp } from '../app.ts';
import { systemClock } from '../clock.ts';
import { loadConfig } from '../config.ts';
import { openDatabase } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';
import { createHttpServer } from '../http/http-server.ts';
import { withKeys } from '../keyed-config.ts';
import { addRoutes } from '../routes.ts';
import { createFakeDocker, fakeContainer } from '../testing/fake-docker.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';

/** Those that grow with the years and the environments. */
const large = [
  'snapshots',
  'snapshot_parts',
  'operations',
  'operation_log',
  'sources',
  'recovery_points',
  'recovery_point_members',
  'alerts',
  'audit_log',
  'deliveries',
  'drills',
];

const id = '01a2ffff-0000-7000-8000-000000000000';
const routes = [
  '/v1/overview',
  '/v1/environments',
  '/v1/environments?cursor=a',
  '/v1/environments/e',
  '/v1/sources',
  '/v1/sources?environment=db',
  `/v1/sources?cursor=${Buffer.from('["a","b"]').toString('base64url')}`,
  '/v1/sources/db',
  '/v1/snapshots',
  '/v1/snapshots?source=db',
  '/v1/snapshots?source=db&destination=local&cursor=5',
  '/v1/snapshots?destination=local&cursor=5',
  '/v1/snapshots/0123abcd',
  '/v1/operations',
  `/v1/operations?cursor=${id}`,
  '/v1/operations?state=failed',
  '/v1/operations?kind=backup',
  `/v1/operations?parentId=${id}`,
  '/v1/operations/01',
  '/v1/recovery-points',
  '/v1/recovery-points?environment=db&cursor=5',
  '/v1/recovery-points?destination=local',
  '/v1/destinations',
  '/v1/alerts',
  '/v1/alerts?state=all',
  `/v1/alerts?cursor=${Buffer.from('["a","b"]').toString('base64url')}`,
  '/v1/drills',
  '/v1/plans',
  '/v1/plans?cursor=a',
  '/v1/plans/default',
  '/v1/audit',
  '/v1/retention/preview?source=db',
];

/**
 * What of a plan reads a whole table. A walk along an index in the order that is asked for ends with the page; and the
 * sums of all environments are taken from an index that holds all that they need, one small entry for each source.
 */
function wholeReads(plan: readonly string[], sql: string): string[] {
  const sorts = plan.some((step) => step.startsWith('USE TEMP B-TREE FOR ORDER BY'));
  const ends = / limit \?/.test(sql) && !sorts;
  return plan.filter((step) => {
    const name = /^SCAN (\w+)/.exec(step)?.[1];
    const table = new RegExp(`"(\\w+)" as "${name}"`).exec(sql)?.[1] ?? name;
    if (table === undefined || !large.includes(table)) return false;
    if (ends && step.includes(' USING ')) return false;
    return !step.includes('USING COVERING INDEX sources_by_environment');
  });
}

async function prepare() {
  const file = path.join(await temporaryFolder(), 'holdfast.db');
  await (await openDatabase({ kind: 'sqlite', file })).destroy();
  const queries: CompiledQuery[] = [];
  const sqlite = new BetterSqlite3(file);
  const database = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: sqlite }),
    log: ({ query }) => {
      queries.push(query);
    },
  });
  const config = withKeys(
    loadConfig({
      environment: { TZ: 'UTC' },
      overrides: { dataDirectory: await temporaryFolder() },
    }),
  );
  const docker = createFakeDocker();
  docker.containers = [fakeContainer('db', { labels: { 'memory.key': 'db' } })];
  const engine = createMemoryEngine();
  const source = createMemorySource();
  source.content.set('db', new Map([['/dump', 'content']]));
  const app = await createApp(config, database, {
    engine,
    docker,
    destinationKinds,
    clock: systemClock,
    version: '0.1.0',
    sourceKinds: [source],
    log: () => {},
  });
  await app.sources.discover();
  const doctor = {
    ...app,
    docker,
    clock: systemClock,
    describeEngine: () => engine.version(),
    dataDirectory: '',
    newestRecord: async () => undefined,
  };
  const http = createHttpServer({
    transport: 'socket',
    authenticate: async () => ({ kind: 'host', id: 'host', name: 'this host', role: 'owner' }),
    addRoutes: (to) => addRoutes(to, app, doctor),
    onInternalError: () => {},
  });
  return { app, http, database, sqlite, queries };
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

/** What the queries since the last time read whole. */
function wholeReadsOf({ queries, sqlite }: Prepared): string[] {
  expect(queries.length).toBeGreaterThan(0);
  return queries.splice(0).flatMap(({ sql, parameters }) => {
    const plan = sqlite
      .prepare<unknown[], { detail: string }>(`explain query plan ${sql}`)
      .all(...parameters)
      .map(({ detail }) => detail);
    return wholeReads(plan, sql).map((step) => `${step}: ${sql}`);
  });
}

it('reads no large table whole for a list or the overview', async () => {
  const prepared = await prepare();
  const wrong = new Set<string>();
  try {
    for (const url of routes) {
      prepared.queries.length = 0;
      await prepared.http.inject({ url });
      for (const step of wholeReadsOf(prepared)) wrong.add(`${url}: ${step}`);
    }
  } finally {
    await prepared.database.destroy();
  }
  expect([...wrong]).toEqual([]);
});

it('reads no history whole for a pass, its retention, or a look at what is overdue', async () => {
  const prepared = await prepare();
  const { app, database, queries } = prepared;
  try {
    app.runner.start();
    queries.length = 0;
    const { id } = await app.backups.startPlan('default');
    expect((await app.operations.untilEnded(id)).state).toBe('succeeded');
    for await (const standings of app.protection.all()) expect(standings).toHaveLength(1);
    // Discovery compares what is there with all sources that are known.
    const wrong = wholeReadsOf(prepared).filter((step) => !step.startsWith('SCAN sources'));
    expect([...new Set(wrong)]).toEqual([]);
  } finally {
    await app.runner.stop(0);
    await database.destroy();
  }
});
