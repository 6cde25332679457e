import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Operation } from '@holdfast/contracts';
import { startPostgres } from '@holdfast/sources/testing';
import type { Browser } from 'playwright-core';
import { until } from '../../support/until.ts';
import { type OpenApp, openApp } from './open-app.ts';

/** A Holdfast that has been at work: with successes and failures, people, and something in every list. */
export interface LivedInApp extends AsyncDisposable {
  readonly app: OpenApp;
  readonly succeeded: Operation;
  readonly failed: Operation;
  readonly source: string;
  readonly environment: string;
  readonly snapshot: string;
  readonly point: string;
  readonly plan: string;
}

export async function openLivedInApp(browser: Browser): Promise<LivedInApp> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-lived-in-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const postgres = opened.use(
    await startPostgres({
      environment: { POSTGRES_PASSWORD: 'pw', POSTGRES_DB: 'shop' },
      labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'db' },
    }),
  );
  await postgres.sql('CREATE TABLE orders AS SELECT generate_series(1, 5000) AS id', 'shop');
  const app = opened.use(await openApp(browser, { containers: postgres.name }));
  const { client } = app;
  // The first person is the owner: whoever is invited before takes that place.
  await (await app.owner()).close();

  const ended = async ({ id }: Operation) => {
    await until('the operation has ended', async () => (await client.operation(id)).finishedAt !== undefined);
    return client.operation(id);
  };
  await makeFiles(folder);
  for (const [kind, name] of [
    ['directory', 'uploads'],
    ['directory', 'papers'],
    ['sqlite', 'orders.db'],
    ['sqlite', 'ledger.db'],
  ] as const) {
    await client.declareSource({ kind, path: path.join(folder, name), name: path.parse(name).name });
  }
  const plan = await client.addPlan({
    name: 'every-hour',
    selector: { sources: ['orders'] },
    schedule: { preset: 'hourly' },
    timeZone: 'Europe/Berlin',
  });
  const succeeded = await ended(await client.startBackup({ names: [], all: true }));
  await ended(await client.startDrill({ name: 'orders', snapshot: 'latest' }));
  await writeFile(path.join(folder, 'uploads', 'one-more'), randomBytes(300_000));
  await writeFile(path.join(folder, 'ledger.db'), 'SQLite format 3\0 that was overwritten');
  const failed = await ended(await client.startBackup({ names: [], all: true }));
  await ended(await client.createAdminSnapshot({ database: 'main', destination: 'data-directory' }));
  await client.addChannel({
    name: 'team-hook',
    kind: 'webhook',
    settings: { url: 'http://127.0.0.1:9/hook', signingSecret: 'a secret of the receiver' },
    enabled: true,
    minSeverity: 'warning',
    windowSeconds: 30,
  });
  await client.createToken({ name: 'pipeline', role: 'operator', expiresInDays: 90 });
  await client.invitePerson({ email: 'vera@example.com', name: 'Vera Viewer', role: 'viewer' });

  const [snapshot] = await client.snapshots('uploads');
  if (failed.state !== 'failed') throw new Error(`The second backup ${failed.state}.`);
  if (snapshot === undefined) throw new Error('The backup made no snapshot.');
  const { environment } = await client.source(postgres.name);
  const [point] = await client.recoveryPoints();
  if (point === undefined) throw new Error('The backup made no recovery point.');
  const kept = opened.move();
  return {
    app,
    succeeded,
    failed,
    source: (await client.source('uploads')).id,
    environment,
    snapshot: snapshot.id,
    point: point.id,
    plan: plan.id,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function makeFiles(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'uploads', 'invoices'), { recursive: true });
  await mkdir(path.join(folder, 'papers'));
  for (const name of ['invoices/2026-10.pdf', 'invoices/2026-11.pdf', 'logo.png', 'größe <b>.txt']) {
    await writeFile(path.join(folder, 'uploads', name), randomBytes(200_000));
  }
  await writeFile(path.join(folder, 'papers', 'contract.pdf'), randomBytes(100_000));
  for (const name of ['orders.db', 'ledger.db']) {
    const database = new DatabaseSync(path.join(folder, name));
    database.exec('CREATE TABLE entries (id INTEGER PRIMARY KEY, what TEXT)');
    const insert = database.prepare('INSERT INTO entries (what) VALUES (?)');
    for (let entry = 0; entry < 500; entry += 1) insert.run(randomBytes(40).toString('hex'));
    database.close();
  }
}
