import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../clock.ts';
import { openDatabase } from '../database/database.ts';
import { temporaryDatabase } from '../testing/temporary-database.ts';
import { createActiveLeaseStore } from './active-lease.store.ts';
import { takeActiveLease } from './active-lease.ts';

const timings = { beatMs: 20, fenceMs: 600, takeoverMs: 1_000 };

async function prepare() {
  const { database, place } = await temporaryDatabase();
  const store = createActiveLeaseStore(database);
  const take = (folder: string, onWait?: () => void, own = store) =>
    takeActiveLease({ store: own, clock: systemClock, place: folder, timings }, onWait);
  /** A connection of its own, which can be cut. */
  async function another() {
    const connection = await openDatabase(place);
    onTestFinished(() => connection.destroy());
    return { store: createActiveLeaseStore(connection), cut: () => connection.destroy() };
  }
  return { take, store, another };
}

const isLost = async (lost: Promise<unknown>) => (await Promise.race([lost, delay(1, 'held')])) !== 'held';

it('is one Holdfast’s at a time: a command is refused, a server waits until it is given back', async () => {
  const { take } = await prepare();
  const first = await take('a');
  await expect(take('b')).rejects.toMatchObject({ code: 'database-in-use' });
  let waits = 0;
  let taken = false;
  const second = take('b', () => {
    waits += 1;
  }).then((lease) => {
    taken = true;
    return lease;
  });
  // Longer than a dead one is waited for: the heartbeat keeps it.
  await delay(timings.takeoverMs + 500);
  expect([taken, waits, await isLost(first.lost)]).toEqual([false, 1, false]);
  await first.giveBack();
  await (await second).giveBack();
  expect(taken).toBe(true);
});

it('is taken from a dead process of the same data directory at once', async () => {
  const { take } = await prepare();
  const dead = await take('a');
  const next = await take('a');
  await expect(dead.lost).resolves.toMatchObject({ code: 'database-lost' });
  await next.giveBack();
});

it('ends the work of a holder that cannot reach the database, before another takes over', async () => {
  const { take, another } = await prepare();
  const connection = await another();
  const cutOff = await take('a', undefined, connection.store);
  const order: string[] = [];
  void cutOff.lost.then(() => order.push('lost'));
  await connection.cut();
  const next = await take('b', () => {});
  order.push('taken');
  expect(order).toEqual(['lost', 'taken']);
  await next.giveBack();
});

it('is not given away by one who had lost it', async () => {
  const { take, store } = await prepare();
  const dead = await take('a');
  const next = await take('a');
  await dead.giveBack();
  expect((await store.read()).holder).not.toBeNull();
  await next.giveBack();
  expect((await store.read()).holder).toBeNull();
});
