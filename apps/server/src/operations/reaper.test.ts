import { HoldfastError } from '@holdfast/runtime';
import { expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { temporaryDatabase } from '../testing/temporary-database.ts';
import { LiveEvents } from './live-events.ts';
import type { OperationHandlers, StoredOperation } from './operation.ts';
import { createOperationLogStore } from './operation-log.store.ts';
import { OperationLog } from './operation-log.ts';
import { OperationsService } from './operations.service.ts';
import { createOperationsStore } from './operations.store.ts';
import { Reaper } from './reaper.ts';
import { Running } from './running.ts';

async function prepare() {
  const { database } = await temporaryDatabase();
  const clock = createFakeClock();
  const store = createOperationsStore(database);
  const events = new LiveEvents();
  const log = new OperationLog(createOperationLogStore(database), events, clock);
  const service = new OperationsService({ store, log, events, running: new Running(), clock });
  const cleaned: string[] = [];
  const state = { failure: undefined as HoldfastError | undefined };
  const handlers: OperationHandlers = {
    backup: {
      run: async () => ({}),
      async cleanUp({ id }: StoredOperation) {
        if (state.failure !== undefined) throw state.failure;
        cleaned.push(id);
      },
    },
    'backup-pass': {
      run: async () => ({}),
      repeat: ({ params }) => ({ kind: 'backup', role: 'pass', params }),
    },
  };
  const reaper = new Reaper({ store, service, log, handlers, clock, owner: 'me', leaseMs: 30_000 });
  /** Stored and claimed by a process that is not this one. */
  async function runElsewhere(role: 'pass' | 'part', kind: 'backup' | 'restore' = 'backup') {
    const repository = { id: 'r', use: 'shared' as const };
    const { id } = await service.create({ kind, role, repository, params: { a: 1 } });
    await store.claim('other', { concurrency: 9, startedAt: clock.now().toISOString() });
    return id;
  }
  return { clock, store, service, log, reaper, runElsewhere, cleaned, state };
}

it('ends an operation whose heartbeat stood still for a lease, and only then', async () => {
  const { clock, store, reaper, runElsewhere } = await prepare();
  const id = await runElsewhere('part');
  expect(await reaper.watch()).toEqual([]);
  clock.advance(29_000);
  await store.beat('other');
  expect(await reaper.watch()).toEqual([]);
  clock.advance(29_000);
  expect(await reaper.watch()).toEqual([]);
  clock.advance(1_000);
  expect((await reaper.watch()).map((operation) => operation.id)).toEqual([id]);
  expect(await store.get(id)).toMatchObject({ state: 'interrupted', error: { code: 'interrupted' } });
});

it('is not fooled by the clock on the wall, whichever way it jumps', async () => {
  const { clock, store, reaper, runElsewhere } = await prepare();
  const id = await runElsewhere('part');
  await reaper.watch();
  clock.jumpTo('2036-01-01T00:00:00Z');
  expect(await reaper.watch()).toEqual([]);
  clock.jumpTo('1999-01-01T00:00:00Z');
  clock.advance(30_000);
  expect((await reaper.watch()).map((operation) => operation.id)).toEqual([id]);
  expect((await store.get(id))?.state).toBe('interrupted');
});

it('cleans up after a dead part before the next use of its repository, until it succeeds', async () => {
  const { reaper, runElsewhere, cleaned, state, service } = await prepare();
  const id = await runElsewhere('part');
  await reaper.reapAllOthers();
  state.failure = new HoldfastError('destination-unreachable', 'no route');
  await expect(reaper.cleanUp('r')).rejects.toMatchObject({ code: 'destination-unreachable' });
  state.failure = undefined;
  await reaper.cleanUp('another repository');
  expect(cleaned).toEqual([]);
  await reaper.cleanUp('r');
  await reaper.cleanUp('r');
  expect(cleaned).toEqual([id]);
  expect((await service.log(id)).map(({ message }) => message)).toEqual([
    'The process that ran it ended without a word.',
    'What it left behind was removed.',
  ]);
});

it('does not wait for ever for a repository that is not known any more', async () => {
  const { reaper, runElsewhere, cleaned, state } = await prepare();
  await runElsewhere('part');
  await reaper.reapAllOthers();
  state.failure = new HoldfastError('not-found', 'no such repository');
  await reaper.cleanUp();
  state.failure = undefined;
  await reaper.cleanUp();
  expect(cleaned).toEqual([]);
});

it('begins a pass again, three times at most, and a restore never', async () => {
  const { reaper, runElsewhere, store } = await prepare();
  await runElsewhere('part', 'restore');
  await runElsewhere('pass');
  const attempts: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    await reaper.reapAllOthers();
    const [again, ...more] = await reaper.repeat();
    expect(more).toEqual([]);
    if (again === undefined) break;
    attempts.push(again.attempt);
    await store.claim('other', { concurrency: 9, startedAt: '2026-11-22T10:00:00.000Z' });
  }
  expect(attempts).toEqual([2, 3]);
});

it('does not begin again what died long ago', async () => {
  const { reaper, runElsewhere, clock } = await prepare();
  await runElsewhere('pass');
  await reaper.reapAllOthers();
  clock.advance(25 * 60 * 60 * 1000);
  expect(await reaper.repeat()).toEqual([]);
});
