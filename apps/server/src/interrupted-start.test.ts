import path from 'node:path';
import { operationSchema } from '@holdfast/contracts';
import { createMemoryEngine, createMemorySource } from '@holdfast/worker/testing';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { openDatabase } from './database/database.ts';
import { createOperationsStore } from './operations/operations.store.ts';
import { createFakeDocker, fakeContainer } from './testing/fake-docker.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { startTestServer } from './testing/test-server.ts';

const listSchema = z.object({ items: z.array(operationSchema) });

/** A directory where a pass over one source died midway: the pass and its part are still marked as running. */
async function afterACrash() {
  const dataDirectory = await temporaryFolder();
  const docker = createFakeDocker();
  docker.containers = [fakeContainer('db', { labels: { 'memory.key': 'db' } })];
  const source = createMemorySource();
  source.content.set('db', new Map([['/db.dump', 'content']]));
  const engine = createMemoryEngine();
  const ports = { docker, engine, sourceKinds: [source] };
  const before = await startTestServer({ dataDirectory, ports });
  const pass = await before.ended(await before.api('POST', '/v1/backups', { all: true }));
  await before.server.close();
  const part = pass.items?.[0]?.operationId ?? '';

  const database = await openDatabase({ kind: 'sqlite', file: path.join(dataDirectory, 'holdfast.db') });
  await database
    .updateTable('operations')
    .set({ state: 'queued', result: null, finished_at: null, owner: null })
    .where('id', 'in', [pass.id, part])
    .execute();
  const store = createOperationsStore(database);
  await store.claim('dead', { concurrency: 9, startedAt: '2026-11-22T10:00:00.000Z' });
  await store.claim('dead', { concurrency: 9, startedAt: '2026-11-22T10:00:00.000Z' });
  // What it had stored is not recorded: it died before that.
  await database.deleteFrom('snapshots').execute();
  await database.destroy();
  return { dataDirectory, ports, engine, source, passId: pass.id, partId: part };
}

it('a server brings what died to an end, cleans up after it, and does it again', async () => {
  const { dataDirectory, ports, engine, source, passId, partId } = await afterACrash();
  const { api } = await startTestServer({ mode: 'serve', dataDirectory, ports });
  const dead = operationSchema.parse((await api('GET', `/v1/operations/${passId}`)).body);
  expect(dead).toMatchObject({ state: 'interrupted', items: [{ state: 'interrupted' }] });
  const list = async () => listSchema.parse((await api('GET', '/v1/operations')).body).items;
  await expect.poll(async () => (await list())[0]?.state, { timeout: 10_000 }).toBe('succeeded');
  expect((await list())[0]).toMatchObject({ attempt: 2, items: [{ source: 'db', state: 'succeeded' }] });
  expect(source.cleanedUp).toContain(partId);
  expect(engine.calls.some((call) => call.startsWith('unlock'))).toBe(true);
  const stored = [...engine.repositories.values()].flatMap((repository) => [...repository.values()]);
  expect(stored.filter(({ tags }) => tags.includes(`operation:${partId}`))).toEqual([]);
  expect(stored).toHaveLength(2);
});

it('a single command ends what died, begins nothing again, and cleans up before the next backup', async () => {
  const { dataDirectory, ports, engine, source, partId } = await afterACrash();
  engine.calls.length = 0;
  const { api, ended } = await startTestServer({ dataDirectory, ports });
  expect(listSchema.parse((await api('GET', '/v1/operations')).body).items).toMatchObject([
    { state: 'interrupted' },
  ]);
  expect(engine.calls).toEqual([]);
  expect(await ended(await api('POST', '/v1/backups', { all: true }))).toMatchObject({ state: 'succeeded' });
  expect(engine.calls[0]).toMatch(/^unlock/);
  expect(source.cleanedUp).toEqual([partId]);
});
