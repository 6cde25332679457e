import type { DrillItem, Operation } from '@holdfast/contracts';
import { describe, expect, it } from 'vitest';
import type { Routes } from '../testing/contract-server.ts';
import { aDrill, anAlert, anOperation } from '../testing/samples.ts';
import { runCommand } from '../testing/test-host.ts';

const failure = {
  code: 'restore-verification-failed',
  detail: 'orders has 999, had 1000',
  hint: 'Report this.',
};

function routes(state: Operation['state'], drills: readonly DrillItem[], error?: Operation['error']): Routes {
  const started = anOperation({ kind: 'drill' });
  const operation = { ...started, state, drills, error };
  return {
    'POST /v1/drills': { status: 202, body: started },
    [`GET /v1/operations/${started.id}/events`]: { events: [{ type: 'operation', operation }] },
  };
}

describe('holdfast drill', () => {
  it('says in words what was compared, and how long it took', async () => {
    const run = await runCommand(['drill', 'shop-db'], { routes: routes('succeeded', [aDrill()]) });
    expect(run.exitCode).toBe(0);
    expect(run.received[0]?.body).toEqual({ name: 'shop-db', snapshot: 'latest' });
    expect(run.stdout).toMatch(
      /Proven: shop-db, the snapshot \S+ of 2026-11-22 \S+, restored in 1 min 23 s\./,
    );
    expect(run.stdout).toContain(
      'Counted again and found equal: 2 items, 42 in all; content hashed and found equal: 2 items.',
    );
  });

  it('prints the fixed shape with --json, for the snapshot that was asked for', async () => {
    const item = aDrill();
    const run = await runCommand(['drill', 'shop-db', '4bba301e', '--json'], {
      routes: routes('succeeded', [item]),
    });
    expect(run.received[0]?.body).toEqual({ name: 'shop-db', snapshot: '4bba301e' });
    expect(JSON.parse(run.stdout)).toEqual({
      operationId: expect.any(String),
      state: 'succeeded',
      items: [item],
    });
  });

  it('exits with the code of what failed, and with 3 when others were proven', async () => {
    const failed = aDrill({ state: 'failed', error: failure, compared: {} });
    const one = await runCommand(['drill', 'shop-db'], { routes: routes('failed', [failed], failure) });
    expect(one.exitCode).toBe(1);
    expect(one.stdout).toContain('Not proven: shop-db');
    expect(one.stderr).toContain('orders has 999, had 1000');
    const partly = { code: 'partly-failed', detail: '1 of 2 failed: shop-db.', hint: 'Again.' };
    const some = await runCommand(['drill', 'shop'], {
      routes: routes('failed', [failed, aDrill()], partly),
    });
    expect(some.exitCode).toBe(3);
  });
});

describe('holdfast alerts', () => {
  it('says what happened, how often, and what to do', async () => {
    const open = anAlert({ occurrences: 3, message: 'It differs.\u001b[2J' });
    const run = await runCommand(['alerts'], { routes: { 'GET /v1/alerts': { body: { items: [open] } } } });
    expect(run.exitCode).toBe(0);
    expect(run.received[0]?.path).toBe('/v1/alerts?state=open');
    expect(run.stdout).toContain('drill-failed  shop-db');
    expect(run.stdout).toContain('3 times');
    expect(run.stdout).toContain('It differs.\\e[2J');
    expect(run.stdout).toContain('Next: Look at it.');
  });

  it('lists those that are well again only when asked to', async () => {
    const resolved = anAlert({ state: 'resolved', resolvedAt: '2026-11-23T02:00:00.000Z' });
    const server = { 'GET /v1/alerts': { body: { items: [resolved] } } };
    const run = await runCommand(['alerts', '--all', '--json'], { routes: server });
    expect(run.received[0]?.path).toBe('/v1/alerts?state=all');
    expect(JSON.parse(run.stdout)).toEqual([resolved]);
    const none = await runCommand(['alerts'], { routes: { 'GET /v1/alerts': { body: { items: [] } } } });
    expect(none.stdout).toBe('There is no open alert.\n');
  });
});
