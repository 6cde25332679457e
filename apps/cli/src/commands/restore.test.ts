import { describe, expect, it } from 'vitest';
import type { Routes } from '../testing/contract-server.ts';
import { anOperation, aSnapshot, aSource } from '../testing/samples.ts';
import { runCommand } from '../testing/test-host.ts';

const source = aSource();
const newest = aSnapshot({ time: '2026-11-22T02:00:00.000Z' });
const older = aSnapshot({ time: '2026-11-21T02:00:00.000Z', resticId: '77aa'.padEnd(64, '1') });
const result = {
  snapshotId: newest.id,
  restored: ['shop'],
  previous: ['shop_before_20261122'],
  verified: { 'shop.public.orders': 12 },
  warnings: ['The role app was not there and was made.'],
};

function routes(final: Parameters<typeof anOperation>[0], snapshots = [older, newest]): Routes {
  const started = anOperation({ kind: 'restore', source: 'shop-db' });
  return {
    'GET /v1/sources/shop-db': { body: source },
    'GET /v1/snapshots': { body: { items: snapshots } },
    'POST /v1/restores': { status: 202, body: started },
    [`GET /v1/operations/${started.id}/events`]: {
      events: [{ type: 'operation', operation: { ...started, ...final } }],
    },
  };
}

const sent = (run: Awaited<ReturnType<typeof runCommand>>) =>
  run.received.find((request) => request.path === '/v1/restores')?.body;

describe('holdfast restore', () => {
  it('restores the newest good snapshot and prints the fixed shape', async () => {
    const suspicious = aSnapshot({ time: '2026-11-22T09:00:00.000Z', state: 'suspicious' });
    const run = await runCommand(['restore', 'shop-db', '--yes', '--json'], {
      routes: routes({ state: 'succeeded', result }, [suspicious, older, newest]),
    });
    expect(run.exitCode).toBe(0);
    expect(sent(run)).toEqual({
      source: source.id,
      snapshot: newest.id,
      mode: 'swap',
      confirmation: 'shop-db',
    });
    expect(JSON.parse(run.stdout)).toEqual({
      operationId: expect.any(String),
      state: 'succeeded',
      source: 'shop-db',
      ...result,
    });
  });

  it('says in words what now serves and where the old state is', async () => {
    const run = await runCommand(['restore', 'shop-db', '--yes'], {
      routes: routes({ state: 'succeeded', result }),
    });
    expect(run.stdout).toContain('Restored shop.');
    expect(run.stdout).toContain('kept as shop_before_20261122');
    expect(run.stderr).toContain('Warning: The role app was not there');
  });

  it('refuses with 5, and changes nothing, when there is no terminal and no --yes', async () => {
    const run = await runCommand(['restore', 'shop-db', 'latest'], {
      routes: routes({}),
      input: 'shop-db\n',
    });
    expect(run.exitCode).toBe(5);
    expect(run.stderr).toContain('Error [confirmation-required]');
    expect(sent(run)).toBeUndefined();
  });

  it('says before asking what will be replaced', async () => {
    const run = await runCommand(['restore', 'shop-db', '--in-place'], { routes: routes({}) });
    expect(run.stderr).toContain('shop-db (postgres in the container shop-db)');
    expect(run.stderr).toContain('snapshot 4bba301e of 2026-11-22');
    expect(run.stderr).toContain('what shop-db holds now is removed first');
  });

  it('does not ask where nothing is replaced', async () => {
    const run = await runCommand(['restore', 'shop-db', '77aa', '--as', 'check', '--part', 'shop'], {
      routes: routes({ state: 'succeeded', result }),
    });
    expect(run.exitCode).toBe(0);
    expect(sent(run)).toMatchObject({ snapshot: older.id, mode: 'beside', newName: 'check', part: 'shop' });
  });

  it.each([
    ['ffff', 4, 'not-found'],
    ['', 4, 'ambiguous'],
  ])('does not guess which snapshot %j is', async (reference, exitCode, code) => {
    const run = await runCommand(['restore', 'shop-db', reference, '--yes'], { routes: routes({}) });
    expect(run.exitCode).toBe(exitCode);
    expect(run.stderr).toContain(`Error [${code}]`);
    expect(sent(run)).toBeUndefined();
  });

  it('gives the exit code and the words of the error when it fails', async () => {
    const error = {
      code: 'restore-verification-failed',
      detail: 'shop: 11 rows, not 12.',
      hint: 'Try an older one.',
    };
    const human = await runCommand(['restore', 'shop-db', '--yes'], {
      routes: routes({ state: 'failed', error }),
    });
    expect(human.exitCode).toBe(1);
    expect(human.stderr).toContain('Error [restore-verification-failed]: shop: 11 rows, not 12.');
    const json = await runCommand(['restore', 'shop-db', '--yes', '--json'], {
      routes: routes({ state: 'failed', error }),
    });
    expect(JSON.parse(json.stdout)).toMatchObject({ state: 'failed', restored: [], previous: [], error });
  });

  it('refuses --as together with --in-place', async () => {
    const run = await runCommand(['restore', 'shop-db', '--as', 'x', '--in-place', '--yes']);
    expect(run.exitCode).toBe(2);
  });
});
