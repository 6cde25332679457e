import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { temporaryDatabase } from '../testing/temporary-database.ts';
import { Scheduler } from './scheduler.ts';
import { createSchedulesStore } from './schedules.store.ts';
import { UpkeepRuns } from './upkeep-runs.ts';

async function prepare(start = '2026-11-22T01:00:00Z') {
  const { database } = await temporaryDatabase();
  const clock = createFakeClock(start);
  const store = createSchedulesStore(database);
  const started: string[] = [];
  const state = { running: false, failure: undefined as Error | undefined };
  const errors: unknown[] = [];
  const busy: string[] = [];
  const operations = {
    stored: async (id: string) => ({
      id,
      kind: 'prune' as const,
      role: 'pass' as const,
      state: state.running ? ('running' as const) : ('succeeded' as const),
      attempt: 1,
      params: {},
      fence: 0,
      heartbeat: 0,
      cancelRequested: false,
      createdAt: start,
    }),
  };
  const make = () =>
    new Scheduler({
      clock,
      onError: (error) => errors.push(error),
      onBusy: ({ name }) => busy.push(name),
      groups: [
        new UpkeepRuns(store, operations, [
          {
            name: 'prune',
            cron: '0 2 * * *',
            timeZone: 'UTC',
            async start() {
              if (state.failure !== undefined) throw state.failure;
              started.push(clock.now().toISOString());
              return { id: 'x' };
            },
          },
        ]),
      ],
    });
  return { clock, make, started, state, errors, busy };
}

describe('the scheduler', () => {
  it('starts when it is due, once', async () => {
    const { clock, make, started } = await prepare();
    const scheduler = make();
    await scheduler.tick();
    expect(started).toEqual([]);
    clock.jumpTo('2026-11-22T02:00:05Z');
    await Promise.all([scheduler.tick(), scheduler.tick()]);
    expect(started).toEqual(['2026-11-22T02:00:05.000Z']);
  });

  it('makes up once for what was missed while nothing ran', async () => {
    const { clock, make, started } = await prepare();
    await make().tick();
    clock.jumpTo('2026-11-29T17:00:00Z');
    const next = make();
    await next.tick();
    await next.tick();
    expect(started).toEqual(['2026-11-29T17:00:00.000Z']);
  });

  it('does not start over a run that still goes on, says so once, and makes up for it afterwards', async () => {
    const { clock, make, started, state, busy } = await prepare();
    const scheduler = make();
    await scheduler.tick();
    clock.jumpTo('2026-11-22T02:00:00Z');
    await scheduler.tick();
    state.running = true;
    clock.jumpTo('2026-11-23T02:00:00Z');
    await scheduler.tick();
    await scheduler.tick();
    expect([started.length, busy]).toEqual([1, ['prune']]);
    state.running = false;
    await scheduler.tick();
    expect(started).toHaveLength(2);
  });

  it('tries again after a start that failed', async () => {
    const { clock, make, started, state, errors } = await prepare();
    const scheduler = make();
    await scheduler.tick();
    clock.jumpTo('2026-11-22T02:00:00Z');
    state.failure = new Error('disk full');
    await scheduler.tick();
    state.failure = undefined;
    await scheduler.tick();
    expect([errors.length, started.length]).toEqual([1, 1]);
  });

  it('goes on after a clock that had been years ahead was set right', async () => {
    const { clock, make, started } = await prepare();
    const scheduler = make();
    await scheduler.tick();
    clock.jumpTo('2031-05-05T05:00:00Z');
    await scheduler.tick();
    clock.jumpTo('2026-11-22T10:00:00Z');
    await scheduler.tick();
    expect(started).toHaveLength(1);
    clock.jumpTo('2026-11-23T02:00:01Z');
    await scheduler.tick();
    expect(started).toHaveLength(2);
  });

  it('starts what is due once between two that share the state', async () => {
    const { clock, make, started } = await prepare();
    const [one, other] = [make(), make()];
    await one.tick();
    clock.jumpTo('2026-11-22T02:00:00Z');
    await Promise.all([one.tick(), other.tick()]);
    expect(started).toHaveLength(1);
  });

  it('wakes by itself when something is due', async () => {
    const { clock, make, started } = await prepare('2026-11-22T01:59:59.950Z');
    const scheduler = make();
    await scheduler.start();
    clock.advance(60);
    await expect.poll(() => started.length, { timeout: 5_000 }).toBe(1);
    await scheduler.stop();
  });
});
