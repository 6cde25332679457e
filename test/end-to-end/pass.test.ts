import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { failOnLeakedContainers, type PostgresContainer, startPostgres } from '@holdfast/sources/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listOperations, listSnapshots, problemOf } from '../support/answers.ts';
import { backUp, reportOf } from '../support/backup-report.ts';
import { heldSequence, holdDump } from '../support/held-dump.ts';
import { freshHoldfast, type Holdfast } from '../support/holdfast.ts';
import { startServing } from '../support/serving.ts';
import { localRepository, snapshotFiles } from '../support/stock-restic.ts';

failOnLeakedContainers();

let folder: string;
let postgres: PostgresContainer;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-pass-'));
  await writeFile(path.join(folder, 'a file'), 'kept');
  postgres = await startPostgres();
  await postgres.sql(`${heldSequence}; CREATE TABLE t (i int)`);
});
afterAll(async () => {
  await postgres?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** A Holdfast with one declared folder and one container; no other container is in its passes. */
async function withTwoSources(extra: Readonly<Record<string, string>> = {}): Promise<Holdfast> {
  const holdfast = await freshHoldfast(postgres.name, extra);
  expect((await holdfast.run('sources', 'add', 'directory', folder, '--name', 'uploads')).exitCode).toBe(0);
  return holdfast;
}

/** A server that wants a password, and a container that names the wrong one. */
function serverThatRefuses(): Promise<PostgresContainer> {
  return startPostgres({
    environment: { POSTGRES_PASSWORD: 'right', POSTGRES_INITDB_ARGS: '--auth=scram-sha-256' },
    labels: { 'holdfast.postgres.password-env': 'PGDATA' },
  });
}

test('one source fails, the others do not: exit 3, and each says what became of it', async () => {
  await using broken = await serverThatRefuses();
  await using holdfast = await withTwoSources({ HOLDFAST_DISCOVERY_INCLUDE: broken.name });
  const report = await backUp(holdfast, '--all');
  expect(report).toMatchObject({ exitCode: 3, state: 'failed', error: { code: 'partly-failed' } });
  const bySource = Object.fromEntries(report.items.map((item) => [item.source, item]));
  expect(Object.keys(bySource).toSorted()).toEqual([broken.name, postgres.name, 'uploads'].toSorted());
  expect(bySource[broken.name]).toMatchObject({ state: 'failed', error: { code: 'credentials-rejected' } });
  expect(bySource[broken.name]?.snapshotId).toBeUndefined();
  for (const name of [postgres.name, 'uploads']) {
    expect(bySource[name]).toMatchObject({ state: 'succeeded', snapshotId: expect.any(String) });
    expect(await snapshotFiles(localRepository(holdfast, name))).toHaveLength(2);
  }
  expect((await listSnapshots(holdfast)).map(({ source }) => source).toSorted()).toEqual(
    [postgres.name, 'uploads'].toSorted(),
  );

  await holdfast.run('sources', 'remove', 'uploads');
  const none = await backUp(holdfast, broken.name);
  expect(none).toMatchObject({ exitCode: 1, items: [{ state: 'failed' }] });
});

test('what cannot be done is refused before anything is stored', async () => {
  await using holdfast = await freshHoldfast(postgres.name);
  expect(await problemOf(holdfast, 'backup', 'nobody')).toMatchObject({ exitCode: 4, code: 'not-found' });
  expect((await holdfast.run('backup')).exitCode).toBe(2);
  expect((await holdfast.run('backup', '--all', postgres.name)).exitCode).toBe(2);
  expect((await holdfast.run('backup', '--no-such-option')).exitCode).toBe(2);
  expect((await holdfast.run('no-such-command')).exitCode).toBe(2);
  expect(await problemOf(holdfast, 'cancel', randomUUID())).toMatchObject({ exitCode: 4, code: 'not-found' });
  expect(await problemOf(holdfast, 'operations', '--limit', '0')).toMatchObject({ exitCode: 2 });
  expect(await problemOf(holdfast.with({ HOLDFAST_CONCURRENCY: 'many' }), 'sources')).toMatchObject({
    exitCode: 2,
    code: 'setting-invalid',
    detail: expect.stringContaining('HOLDFAST_CONCURRENCY'),
  });
  expect(await listOperations(holdfast)).toEqual([]);
});

test('two Holdfasts at once on one data directory both do their work', async () => {
  await using holdfast = await withTwoSources();
  const reports = await Promise.all([backUp(holdfast, postgres.name), backUp(holdfast, 'uploads')]);
  for (const report of reports) expect(report).toMatchObject({ exitCode: 0, state: 'succeeded' });
  const operations = await listOperations(holdfast);
  expect(operations.map(({ id }) => id).toSorted()).toEqual(
    reports.map(({ operationId }) => operationId).toSorted(),
  );
});

test('a running backup is seen and cancelled from a second process, and leaves nothing', async () => {
  await using holdfast = await freshHoldfast(postgres.name);
  await using held = await holdDump(postgres, 'postgres');
  const running = holdfast.start('backup', postgres.name, '--json');
  await held.reached();
  const [seen] = await listOperations(holdfast);
  expect(seen).toMatchObject({ kind: 'backup', state: 'running' });
  expect((await holdfast.run('cancel', seen?.id ?? '')).exitCode).toBe(0);
  expect(await reportOf(running)).toMatchObject({ exitCode: 1, state: 'cancelled', operationId: seen?.id });
  expect(await snapshotFiles(localRepository(holdfast, postgres.name))).toEqual([]);
  expect(await listOperations(holdfast)).toMatchObject([{ id: seen?.id, state: 'cancelled' }]);
});

test('--detach gives the work to the server that runs; without one the command stays until the end', async () => {
  await using holdfast = await withTwoSources();
  const alone = await holdfast.run('backup', 'uploads', '--detach');
  expect(alone).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('No server runs here') });
  expect(await listOperations(holdfast)).toMatchObject([{ state: 'succeeded' }]);

  await using _server = await startServing(holdfast);
  await using held = await holdDump(postgres, 'postgres');
  const { exitCode, answer } = await holdfast.json('backup', postgres.name, '--detach');
  expect(exitCode).toBe(0);
  const [operation] = await listOperations(holdfast);
  expect(answer).toMatchObject({ operationId: operation?.id });
  await held.reached();
  expect(operation?.state).toMatch(/queued|running/);
  await held.release();
  const followed = await holdfast.json('operations', '--follow', operation?.id ?? '');
  expect(followed).toMatchObject({ exitCode: 0, answer: { id: operation?.id, state: 'succeeded' } });
  expect(await listSnapshots(holdfast, postgres.name)).toHaveLength(1);
});
