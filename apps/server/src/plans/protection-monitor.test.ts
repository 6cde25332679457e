import { selectorSchema } from '@holdfast/contracts';
import { expect, it } from 'vitest';
import type { RaisedAlert } from '../alerts/alerts.service.ts';
import type { StoredSource } from '../sources/source.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import type { StoredPlan } from './plan.ts';
import { expectationOf, protectionOf } from './protection.rules.ts';
import { ProtectionMonitor } from './protection-monitor.ts';

const began = '2026-11-01T00:00:00.000Z';
const daily: StoredPlan = {
  id: 'p1',
  name: 'daily',
  selector: selectorSchema.parse({ everything: true }),
  schedule: { preset: 'daily', hour: 2, minute: 0 },
  timeZone: 'UTC',
  destinationIds: [],
  retention: { recentHours: 24, daily: 30, weekly: 4, monthly: 6 },
  jitterSeconds: 0,
  enabled: true,
  isDefault: true,
  edited: false,
  createdAt: began,
  updatedAt: began,
  since: began,
  lastDue: began,
};
const shop: StoredSource = {
  id: 's1',
  name: 'shop-db',
  kind: 'memory',
  server: 'local',
  environment: 'shop',
  declared: false,
  locator: {},
  present: true,
  protected: true,
  wanted: true,
  since: began,
};

function prepare() {
  const clock = createFakeClock('2026-11-22T12:00:00Z');
  const raised: RaisedAlert[] = [];
  let standing: RaisedAlert[] = [];
  const alerts = {
    raise: async (alert: RaisedAlert) => {
      raised.push(alert);
      standing.push(alert);
    },
    resolve: async (code: string, { id }: { id: string }) => {
      standing = standing.filter((alert) => alert.code !== code || alert.subject.id !== id);
    },
    openSubjects: async () => standing.map(({ code, subject: { kind, id } }) => ({ code, kind, id })),
  };
  const state = { source: shop, plan: daily, taken: undefined as string | undefined };
  const monitor = new ProtectionMonitor({
    protection: {
      all: async function* () {
        const protection = protectionOf(
          state.source,
          [expectationOf(state.plan, clock.now())],
          () => state.taken,
        );
        yield [{ source: state.source, protection }];
      },
    },
    alerts,
    clock,
    onError: (error) => {
      throw error;
    },
  });
  const open = () => standing.map(({ code }) => code);
  return { monitor, state, clock, raised, open };
}

it('tells once of a backup that is overdue, and resolves it when one succeeded', async () => {
  const { monitor, state, clock, raised, open } = prepare();
  await monitor.look();
  expect(raised).toEqual([]);
  clock.advance(5 * 60_000);
  await monitor.look();
  await monitor.look();
  expect(raised).toMatchObject([{ code: 'backup-overdue', subject: { kind: 'source', name: 'shop-db' } }]);
  expect(raised[0]?.message).toContain('2026-11-22T02:00:00.000Z');
  state.taken = '2026-11-22T12:01:00.000Z';
  await monitor.look();
  expect(open()).toEqual([]);
});

it('tells of what nothing backs up when it has been so for a while', async () => {
  const { monitor, state, clock, raised, open } = prepare();
  state.plan = { ...daily, enabled: false };
  await monitor.look();
  clock.advance(4 * 60_000);
  await monitor.look();
  expect(raised).toEqual([]);
  clock.advance(60_000);
  await monitor.look();
  expect(raised).toMatchObject([{ code: 'source-unprotected' }]);
  expect(raised[0]?.message).toContain('Its plan daily is paused.');
  state.plan = daily;
  state.taken = '2026-11-22T12:01:00.000Z';
  await monitor.look();
  expect(open()).toEqual([]);
});

it('tells of what cannot be backed up, but not of what a person left out or is gone', async () => {
  const { monitor, state, clock, raised, open } = prepare();
  const reason = 'The container is not running (it is exited).';
  const lookTwice = async (source: StoredSource) => {
    state.source = source;
    await monitor.look();
    clock.advance(6 * 60_000);
    await monitor.look();
  };
  await lookTwice({ ...shop, protected: false, wanted: false, reason });
  await lookTwice({ ...shop, protected: false, present: false, reason });
  expect(raised).toEqual([]);
  await lookTwice({ ...shop, protected: false, reason });
  expect(raised.map(({ message }) => message)).toEqual([`shop-db is not backed up. ${reason}`]);
  await lookTwice({ ...shop, id: 's2', name: 'other', protected: false, wanted: false });
  expect(open()).toEqual([]);
});
