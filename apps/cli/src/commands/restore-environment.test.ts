import type { EnvironmentPreflight, EnvironmentRestoreResult } from '@holdfast/contracts';
import { describe, expect, it } from 'vitest';
import type { Routes } from '../testing/contract-server.ts';
import { anOperation, aPoint, aSource } from '../testing/samples.ts';
import { runCommand } from '../testing/test-host.ts';

const point = aPoint({ environment: 'shop' });
const preflight: EnvironmentPreflight = {
  environment: 'shop',
  point: { id: point.id, time: point.time, state: 'complete', destination: 'disk' },
  members: [
    {
      sourceId: point.id,
      source: 'shop-db',
      kind: 'postgres',
      snapshotId: point.id,
      bytes: 2048,
      replaces: [{ name: 'orders', bytes: 4096 }],
      versions: [],
    },
  ],
  containers: [{ name: 'web', action: 'stop', running: true, starts: true, differences: [] }],
  volumes: [{ name: 'uploads', action: 'make' }],
  networks: [],
  pulls: [],
  problems: [],
  warnings: ['The image changed.'],
};
const result: EnvironmentRestoreResult = {
  environment: 'shop',
  pointId: point.id,
  pointTime: point.time,
  members: [],
  skipped: [],
  containers: [{ name: 'web', state: 'healthy', made: false }],
  made: { containers: [], networks: [], volumes: [] },
  recoveryMs: 4200,
  warnings: [],
};

function routes(final: Parameters<typeof anOperation>[0] = { state: 'succeeded', result }): Routes {
  const started = anOperation({ kind: 'restore' });
  const unknown = {
    code: 'not-found',
    detail: 'There is no source.',
    hint: 'Look.',
    title: 'x',
    status: 404,
  };
  return {
    'GET /v1/sources/shop': { status: 404, body: { type: 'urn:holdfast:error:not-found', ...unknown } },
    'GET /v1/recovery-points': { body: { items: [point] } },
    'POST /v1/environments/shop/preflight': { body: preflight },
    'POST /v1/environments/shop/restore': { status: 202, body: started },
    [`GET /v1/operations/${started.id}/events`]: {
      events: [{ type: 'operation', operation: { ...started, ...final } }],
    },
  };
}

const sent = (run: Awaited<ReturnType<typeof runCommand>>) =>
  run.received.find((request) => request.path === '/v1/environments/shop/restore')?.body;

describe('holdfast restore of an environment', () => {
  it('restores what is no source by its name, and prints the result as one document', async () => {
    const run = await runCommand(['restore', 'shop', '--yes', '--json'], { routes: routes() });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(sent(run)).toEqual({
      point: 'latest',
      confirmation: 'shop',
      safetySnapshot: true,
      partial: false,
    });
    expect(JSON.parse(run.stdout)).toMatchObject({ state: 'succeeded', ...result });
  });

  it('only looks with --preflight, and fails where something stands in the way', async () => {
    const run = await runCommand(['restore', 'shop', '--preflight'], { routes: routes() });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('shop-db (postgres, 2 KiB in the snapshot): orders (4 KiB)');
    expect(run.stdout).toContain('volume uploads');
    expect(sent(run)).toBeUndefined();
    const problems = [{ code: 'port-taken', detail: 'The port 80 is taken.' }];
    const blocked = {
      ...routes(),
      'POST /v1/environments/shop/preflight': { body: { ...preflight, problems } },
    };
    const second = await runCommand(['restore', 'shop', '--preflight'], { routes: blocked });
    expect(second.exitCode).toBe(1);
    expect(second.stdout).toContain('[port-taken] The port 80 is taken.');
  });

  it('says what it will do before it asks, and refuses with 5 where nobody can answer', async () => {
    const run = await runCommand(['restore', 'shop'], { routes: routes() });
    expect(run.exitCode).toBe(5);
    expect(run.stderr).toContain('The image changed.');
    expect(sent(run)).toBeUndefined();
  });

  it('means the source where both have the name, unless --environment says otherwise', async () => {
    const both = { ...routes(), 'GET /v1/sources/shop': { body: aSource({ name: 'shop' }) } };
    const source = await runCommand(['restore', 'shop', '--preflight'], { routes: both });
    expect(source.exitCode).toBe(2);
    const run = await runCommand(['restore', 'shop', '--environment', '--no-safety-snapshot', '--yes'], {
      routes: both,
    });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(sent(run)).toMatchObject({ safetySnapshot: false });
    expect(run.stdout).toContain(
      'Restored shop in 4.2 s: 1 container running, 1 of them say that they are healthy.',
    );
  });

  it('takes no options of the restore of a source', async () => {
    const run = await runCommand(['restore', 'shop', '--in-place', '--yes'], { routes: routes() });
    expect(run.exitCode).toBe(2);
  });

  it('fails with the words of the roll back', async () => {
    const error = { code: 'roll-back-failed', detail: 'To finish by hand:\n  docker start web', hint: 'Do.' };
    const run = await runCommand(['restore', 'shop', '--yes'], {
      routes: routes({ state: 'failed', error }),
    });
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain('docker start web');
  });
});
