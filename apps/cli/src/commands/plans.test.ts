import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { anOperation } from '../testing/samples.ts';
import { runCommand } from '../testing/test-host.ts';

const time = '2026-11-22T02:00:00.000Z';
const none = { sources: [], environments: [], kinds: [] };
const plan = {
  id: randomUUID(),
  name: 'nightly',
  selector: { ...none, everything: false, environments: ['shop*'], exclude: { ...none, kinds: ['redis'] } },
  schedule: { preset: 'daily', hour: 2, minute: 30 },
  cron: '30 2 * * *',
  words: 'At 02:30',
  timeZone: 'Europe/Berlin',
  destinations: [],
  retention: { recentHours: 24, daily: 30, weekly: 4, monthly: 6 },
  jitterSeconds: 0,
  enabled: true,
  isDefault: false,
  followsSettings: false,
  createdAt: time,
  updatedAt: time,
  nextRun: new Date(Date.now() + 3_600_000).toISOString(),
  lastDue: time,
  running: false,
};
const preview = {
  cron: plan.cron,
  words: plan.words,
  timeZone: plan.timeZone,
  runs: [{ at: '2026-11-23T01:30:00.000Z', local: '2026-11-23 02:30 +01:00' }],
  warnings: ['When the clocks go from 2027-03-28 02:00 to 03:00, 02:30 does not exist.'],
  sources: [{ id: randomUUID(), name: 'shop-db', kind: 'postgres', environment: 'shop' }],
};
const routes = {
  'GET /v1/plans': { body: { items: [{ ...plan, name: 'default', isDefault: true, enabled: false }, plan] } },
  'GET /v1/plans/nightly': { body: plan },
  'POST /v1/plans': { status: 201, body: plan },
  'PATCH /v1/plans/nightly': { body: plan },
  'DELETE /v1/plans/nightly': { status: 204 },
  'POST /v1/plans/preview': { body: preview },
  'POST /v1/plans/nightly/run': { status: 202, body: anOperation() },
};
const sent = async (argv: readonly string[], method: string) => {
  const run = await runCommand(['plans', ...argv, '--json'], { routes });
  return { ...run, body: run.received.find((one) => one.method === method)?.body };
};

describe('holdfast plans', () => {
  it('lists what each catches, when it runs and what it keeps', async () => {
    const { stdout, stderr, exitCode } = await runCommand(['plans'], { routes });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /nightly +all of shop\*, but not every redis +At 02:30, Europe\/Berlin +the default +24 h, 30 days, 4 weeks, 6 months +in (60 min|1 h)/,
    );
    expect(stdout).toMatch(/default .*that no other plan catches.*paused/);
    expect(stderr).toContain('HOLDFAST_BACKUP_CRON');
    const json = await runCommand(['plans', 'list', '--json'], { routes });
    expect(JSON.parse(json.stdout)).toHaveLength(2);
  });

  it('adds one from options', async () => {
    const { body } = await sent(
      [
        'add',
        'nightly',
        '--environment',
        'shop*',
        '--exclude-kind',
        'redis',
        '--every',
        'day',
        '--at',
        '02:30',
        '--time-zone',
        'Europe/Berlin',
        '--destination',
        'offsite',
        '--keep-daily',
        '7',
        '--consistency',
        'pause',
      ],
      'POST',
    );
    expect(body).toEqual({
      name: 'nightly',
      selector: plan.selector,
      schedule: { preset: 'daily', hour: 2, minute: 30 },
      timeZone: 'Europe/Berlin',
      destinations: ['offsite'],
      retention: { recentHours: 24, daily: 7, weekly: 4, monthly: 6 },
      consistency: 'pause',
    });
  });

  it.each([
    [['--every', 'wednesday', '--at', '03:15'], { preset: 'weekly', day: 'wednesday', hour: 3, minute: 15 }],
    [['--every', 'hour', '--at', ':10'], { preset: 'hourly', minute: 10 }],
    [['--every', '6-hours', '--at', '20:30'], { preset: 'every-6-hours', hour: 2, minute: 30 }],
    [['--every', '15-minutes'], { preset: 'every-15-minutes' }],
    [['--cron', '0 2 1 * *'], { preset: 'custom', cron: '0 2 1 * *' }],
  ])('understands %j', async (options, schedule) => {
    const { body } = await sent(['add', 'x', ...options], 'POST');
    expect(body).toMatchObject({ schedule });
  });

  it.each([
    [['--every', 'fortnight']],
    [['--every', '15-minutes', '--at', '02:00']],
    [['--at', '25:00']],
    [['--cron', '0 2 * * *', '--at', '03:00']],
    [['--keep-daily', 'many']],
    [['--consistency', 'frozen']],
  ])('refuses %j', async (options) => {
    const { exitCode, received } = await sent(['add', 'x', ...options], 'POST');
    expect([exitCode, received.filter(({ method }) => method === 'POST')]).toEqual([2, []]);
  });

  it('edits only what is named', async () => {
    expect((await sent(['edit', 'nightly', '--at', '04:00'], 'PATCH')).body).toEqual({
      schedule: { preset: 'daily', hour: 4, minute: 0 },
    });
    expect((await sent(['edit', 'nightly', '--keep-weekly', '8', '--rename', 'late'], 'PATCH')).body).toEqual(
      {
        name: 'late',
        retention: { ...plan.retention, weekly: 8 },
      },
    );
    expect((await sent(['edit', 'nightly', '--exclude-source', 'tmp'], 'PATCH')).body).toEqual({
      selector: { ...plan.selector, exclude: { ...none, sources: ['tmp'] } },
    });
  });

  it('previews the next runs there and here, with warnings and what is caught', async () => {
    const { stdout, stderr } = await runCommand(['plans', 'preview', 'nightly'], { routes });
    expect(stdout).toContain('At 02:30 (30 2 * * *), Europe/Berlin');
    expect(stdout).toMatch(/2026-11-23 02:30 \+01:00 +2026-11-2\d \d\d:30:00/);
    expect(stdout).toMatch(/shop-db +postgres +shop/);
    expect(stderr).toContain('02:30 does not exist');
  });

  it('pauses, resumes, runs and removes', async () => {
    expect((await sent(['pause', 'nightly'], 'PATCH')).body).toEqual({ enabled: false });
    expect((await sent(['resume', 'nightly'], 'PATCH')).body).toEqual({ enabled: true });
    const run = await sent(['run', 'nightly', '--detach'], 'POST');
    expect(JSON.parse(run.stdout)).toMatchObject({ state: 'running' });
    const removed = await sent(['remove', 'nightly'], 'DELETE');
    expect([removed.exitCode, JSON.parse(removed.stdout)]).toEqual([0, { removed: 'nightly' }]);
  });
});
