import { selectorSchema } from '@holdfast/contracts';
import type { KyselyPlugin, Transaction } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';
import type { NewOperation } from '../operations/operation.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { temporaryDatabase } from '../testing/temporary-database.ts';
import type { StoredPlan } from './plan.ts';
import { PlanRuns } from './plan-runs.ts';
import { createPlansStore } from './plans.store.ts';
import { Scheduler } from './scheduler.ts';

const made = '2026-11-22T00:30:00.000Z';

function plan(name: string, fields: Partial<StoredPlan> = {}): StoredPlan {
  return {
    id: name,
    name,
    selector: selectorSchema.parse({ sources: [name] }),
    schedule: { preset: 'daily', hour: 2, minute: 0 },
    timeZone: 'Europe/Berlin',
    destinationIds: [],
    retention: { recentHours: 24, daily: 30, weekly: 4, monthly: 6 },
    jitterSeconds: 0,
    enabled: true,
    isDefault: false,
    edited: true,
    createdAt: made,
    updatedAt: made,
    since: made,
    lastDue: made,
    ...fields,
  };
}

/** Counts every statement that goes through it. */
function counting(database: Database) {
  const counter = { statements: 0 };
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      counter.statements += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return { counter, database: database.withPlugin(plugin) };
}

async function prepare(plans: readonly StoredPlan[]) {
  const temporary = await temporaryDatabase();
  const { counter, database } = counting(temporary.database);
  const clock = createFakeClock('2026-11-22T00:45:00Z');
  const store = createPlansStore(database);
  await database.transaction().execute(async (transaction) => {
    const within = createPlansStore(transaction);
    for (const one of plans) await within.insert(one);
  });
  let unfinished: NewOperation[] = [];
  const operations = {
    createTogether: async (make: (transaction: Transaction<Schema>) => Promise<readonly NewOperation[]>) => {
      unfinished.push(...(await database.transaction().execute(make)));
      return [];
    },
    unfinishedPlans: async () => new Set(unfinished.flatMap(({ planId }) => planId ?? [])),
  };
  const planPass = ({ id }: StoredPlan, due?: Date): NewOperation => ({
    kind: 'backup',
    role: 'pass',
    planId: id,
    params: { due: due?.toISOString() },
  });
  const errors: unknown[] = [];
  const busy: string[] = [];
  const make = () =>
    new Scheduler({
      groups: [new PlanRuns({ store, operations, passes: { planPass } })],
      clock,
      onError: (error) => errors.push(error),
      onBusy: ({ name }) => busy.push(name),
    });
  const started = () => unfinished.map(({ planId, params }) => `${planId} ${String(params['due'])}`);
  const settle = () => {
    unfinished = [];
  };
  return { clock, store, make, counter, started, settle, errors, busy };
}

describe('plans that are due', () => {
  it('are all started by one look, a thousand of them', async () => {
    const { clock, make, started, errors } = await prepare(
      Array.from({ length: 1000 }, (_, index) => plan(`p${index}`)),
    );
    const scheduler = make();
    await scheduler.tick();
    expect(started()).toEqual([]);
    clock.jumpTo('2026-11-22T01:00:00.500Z');
    await scheduler.tick();
    await scheduler.tick();
    expect(errors).toEqual([]);
    expect(new Set(started()).size).toBe(1000);
    expect(started()[0]).toMatch(/ 2026-11-22T01:00:00.000Z$/);
    expect(started()).toHaveLength(1000);
  });

  it('cost no more statements with each look, however many others are not', async () => {
    const cost = async (count: number) => {
      const { clock, make, counter } = await prepare([
        plan('due'),
        ...Array.from({ length: count }, (_, index) =>
          plan(`p${index}`, { schedule: { preset: 'daily', hour: 9, minute: index % 60 } }),
        ),
      ]);
      const scheduler = make();
      const costOf = async () => {
        const before = counter.statements;
        await scheduler.tick();
        return counter.statements - before;
      };
      const idle = await costOf();
      clock.jumpTo('2026-11-22T01:00:00Z');
      return [idle, await costOf()];
    };
    const few = await cost(1);
    expect(few[0]).toBeGreaterThan(0);
    expect(await cost(300)).toEqual(few);
  });

  it('are started once by two replicas that look at the same time', async () => {
    const { clock, make, started } = await prepare([plan('one'), plan('two')]);
    const [a, b] = [make(), make()];
    await Promise.all([a.tick(), b.tick()]);
    clock.jumpTo('2026-11-22T01:00:00Z');
    await Promise.all([a.tick(), b.tick()]);
    expect(started().toSorted()).toEqual(['one 2026-11-22T01:00:00.000Z', 'two 2026-11-22T01:00:00.000Z']);
  });

  it('wait for their pass before, say so, and begin afterwards', async () => {
    const { clock, make, started, settle, busy } = await prepare([plan('one')]);
    const scheduler = make();
    await scheduler.tick();
    clock.jumpTo('2026-11-22T01:00:00Z');
    await scheduler.tick();
    clock.jumpTo('2026-11-23T01:00:00Z');
    await scheduler.tick();
    expect(started()).toHaveLength(1);
    expect(busy).toEqual(['the plan one']);
    settle();
    await scheduler.tick();
    expect(started()).toEqual(['one 2026-11-23T01:00:00.000Z']);
  });

  it('are put off by their jitter, the same after a restart', async () => {
    const { clock, make, started } = await prepare([plan('one', { jitterSeconds: 3000 })]);
    await make().tick();
    const begun: string[] = [];
    for (let minute = 0; minute < 60; minute += 1) {
      clock.jumpTo(`2026-11-22T01:${String(minute).padStart(2, '0')}:59Z`);
      // Each look is a new process.
      await make().tick();
      begun.push(...started().slice(begun.length));
    }
    expect(begun).toHaveLength(1);
    expect(begun[0]).not.toBe('one 2026-11-22T01:00:00.000Z');
  });

  it('are not started while they are paused', async () => {
    const { clock, make, started } = await prepare([plan('one', { enabled: false })]);
    const scheduler = make();
    await scheduler.tick();
    clock.jumpTo('2026-11-22T01:00:00Z');
    await scheduler.tick();
    expect(started()).toEqual([]);
  });

  it('go on after a clock that had been years ahead was set right', async () => {
    const { clock, make, started } = await prepare([plan('one', { lastDue: '2031-05-05T05:00:00.000Z' })]);
    const scheduler = make();
    await scheduler.tick();
    expect(started()).toEqual([]);
    clock.jumpTo('2026-11-22T01:00:00Z');
    await scheduler.tick();
    expect(started()).toHaveLength(1);
  });
});
