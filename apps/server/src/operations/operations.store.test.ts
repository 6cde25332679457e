import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { uuidv7 } from 'uuidv7';
import { describe, expect, it } from 'vitest';
import { temporaryDatabase } from '../testing/temporary-database.ts';
import type { NewOperation } from './operation.ts';
import { createOperationsStore, type Settlement } from './operations.store.ts';

const done: Settlement = { state: 'succeeded', finishedAt: '2026-11-22T10:00:00.000Z', cleanUp: false };
const startedAt = '2026-11-22T09:00:00.000Z';

async function withQueue(operations: readonly Partial<NewOperation>[]) {
  const { database, place } = await temporaryDatabase();
  const store = createOperationsStore(database);
  const entries = operations.map((operation) => ({
    id: uuidv7(),
    operation: { kind: 'backup', role: 'part', params: {}, ...operation } satisfies NewOperation,
  }));
  await store.insert(entries, startedAt);
  const claim = (concurrency = 10) => store.claim('me', { concurrency, startedAt });
  return { database, place, store, claim, ids: entries.map(({ id }) => id) };
}

const source = (id: string) => ({ source: { id, name: id } });
const repository = (use: 'shared' | 'exclusive') => ({ repository: { id: 'r', use } });

describe('claiming', () => {
  it('takes the oldest first and each once', async () => {
    const { claim, ids } = await withQueue([{}, {}]);
    expect([(await claim())?.id, (await claim())?.id, await claim()]).toEqual([...ids, undefined]);
  });

  it('keeps to the concurrency, of which passes take nothing', async () => {
    const { claim, ids } = await withQueue([{}, {}, { role: 'pass' }]);
    expect((await claim(1))?.id).toBe(ids[0]);
    expect((await claim(1))?.id).toBe(ids[2]);
    expect(await claim(1)).toBeUndefined();
    expect((await claim(2))?.id).toBe(ids[1]);
  });

  it('never runs two operations on one source', async () => {
    const { claim, store, ids } = await withQueue([source('a'), source('a'), source('b')]);
    const first = await claim();
    expect((await claim())?.id).toBe(ids[2]);
    expect(await claim()).toBeUndefined();
    await store.settle(first?.id ?? '', 1, done);
    expect((await claim())?.id).toBe(ids[1]);
  });

  it('lets shared uses of a repository run together, and an exclusive one alone', async () => {
    const { claim, store, ids } = await withQueue([
      repository('shared'),
      repository('shared'),
      repository('exclusive'),
    ]);
    await claim();
    await claim();
    expect(await claim()).toBeUndefined();
    await store.settle(ids[0] ?? '', 1, done);
    expect(await claim()).toBeUndefined();
    await store.settle(ids[1] ?? '', 1, done);
    expect((await claim())?.id).toBe(ids[2]);
    await store.insert(
      [{ id: uuidv7(), operation: { kind: 'backup', role: 'part', params: {}, ...repository('shared') } }],
      startedAt,
    );
    expect(await claim()).toBeUndefined();
  });
});

describe('a hold', () => {
  it('keeps others from a source until its operation ends, and lets its parts in', async () => {
    const { claim, store, ids } = await withQueue([{ kind: 'restore', role: 'pass' }]);
    const pass = await claim();
    const passId = ids[0] ?? '';
    await store.hold(passId, ['a', 'b']);
    const other = uuidv7();
    const part = uuidv7();
    await store.insert(
      [
        { id: other, operation: { kind: 'backup', role: 'part', params: {}, ...source('a') } },
        {
          id: part,
          operation: { kind: 'restore', role: 'part', params: {}, parentId: passId, ...source('a') },
        },
      ],
      startedAt,
    );
    expect((await claim())?.id).toBe(part);
    expect(await claim()).toBeUndefined();
    expect(await store.runningOn(['a'], passId)).toEqual([]);
    expect(await store.runningOn(['a'], 'another')).toEqual([part]);
    await store.settle(part, 1, done);
    expect(await claim()).toBeUndefined();
    await store.settle(passId, pass?.fence ?? 0, done);
    expect((await claim())?.id).toBe(other);
  });
});

describe('a fence', () => {
  it('refuses the end and the progress of whoever lost the lease', async () => {
    const { claim, store, ids } = await withQueue([{}]);
    const id = ids[0] ?? '';
    const claimed = await claim();
    expect(claimed?.fence).toBe(1);
    expect(await store.settle(id, 0, done)).toBe(false);
    await store.saveProgress(id, 0, { step: 'stale', bytesDone: 1 });
    expect((await store.get(id))?.progress).toBeUndefined();
    expect(await store.settle(id, 1, { ...done, state: 'interrupted' })).toBe(true);
    expect(await store.settle(id, 1, done)).toBe(false);
    expect((await store.get(id))?.state).toBe('interrupted');
  });
});

describe('a list', () => {
  it('comes in pages, newest first, without parts', async () => {
    const { store, ids } = await withQueue([{}, {}, {}]);
    const parent = ids[2] ?? '';
    await store.insert(
      [{ id: uuidv7(), operation: { kind: 'backup', role: 'part', params: {}, parentId: parent } }],
      startedAt,
    );
    const first = await store.list({ limit: 2 });
    expect(first.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    const rest = await store.list({ limit: 2, cursor: first.at(-1)?.id });
    expect(rest.map(({ id }) => id)).toEqual([ids[0]]);
    expect(await store.list({ limit: 9, parentId: parent })).toHaveLength(1);
  });
});

describe('several processes', () => {
  it('run each operation exactly once, though one of them is killed again and again', async () => {
    const count = 120;
    const { place, store } = await withQueue(
      Array.from({ length: count }, (_, index) => source(`s${index % 7}`)),
    );
    const claimer = path.join(import.meta.dirname, 'testing', 'claiming-process.ts');
    const where = place.kind === 'postgres' ? place.url.reveal() : place.file;
    const begin = () => fork(claimer, [place.kind, where], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const steady = [begin(), begin(), begin()];
    const ended = Promise.all(steady.map((child) => once(child, 'exit')));
    const over = new AbortController();
    void ended.then(() => over.abort());
    let kills = 0;
    while (!over.signal.aborted && kills < 5) {
      const victim = begin();
      await Promise.race([once(victim, 'message'), ended]);
      victim.kill('SIGKILL');
      await once(victim, 'exit');
      kills += 1;
    }
    await ended;
    expect(kills).toBeGreaterThan(0);
    const left = await store.unfinished();
    // What the victims held is still running, at most one each, and keeps its source busy: nothing else is.
    const held = left.filter(({ state }) => state === 'running');
    expect(held.length).toBeLessThanOrEqual(kills);
    const heldSources = new Set(held.map((operation) => operation.source?.id));
    expect(left.every((operation) => heldSources.has(operation.source?.id))).toBe(true);
    const all = await store.list({ limit: 500 });
    expect(all).toHaveLength(count);
    // A second claim of the same operation would have made its fence grow.
    expect(all.every(({ fence, state }) => fence === (state === 'queued' ? 0 : 1))).toBe(true);
    expect(all.filter(({ state }) => state === 'succeeded')).toHaveLength(count - left.length);
  }, 60_000);
});
