import type { RecoveryPoint } from '@holdfast/contracts';
import { describe, expect, it } from 'vitest';
import type { Routes } from '../testing/contract-server.ts';
import { problem } from '../testing/contract-server.ts';
import { anItem, anOperation, aPoint } from '../testing/samples.ts';
import { runCommand } from '../testing/test-host.ts';

const failure = { code: 'dump-failed', detail: 'pg_dump ended with 1.', hint: 'Look at its log.' };
const good = anItem({ source: 'shop-db' });
const bad = anItem({ source: 'blog-db', state: 'failed', snapshotId: undefined, error: failure });

function pass(final: Parameters<typeof anOperation>[0], points: readonly RecoveryPoint[] = []): Routes {
  const started = anOperation();
  const part = anOperation({
    parentId: started.id,
    source: 'shop-db',
    progress: { step: 'dumping', bytesDone: 5 },
  });
  return {
    'POST /v1/backups': { status: 202, body: started },
    'GET /v1/recovery-points': { body: { items: points } },
    [`GET /v1/operations/${started.id}/events`]: {
      events: [
        { type: 'operation', operation: part },
        { type: 'operation', operation: { ...part, state: 'succeeded' } },
        { type: 'operation', operation: { ...started, finishedAt: started.startedAt, ...final } },
      ],
    },
  };
}

describe('holdfast backup', () => {
  it('prints one JSON document of the fixed shape, and progress elsewhere', async () => {
    const run = await runCommand(['backup', 'shop-db', '--json'], {
      routes: pass({ state: 'succeeded', items: [good] }),
    });
    expect(JSON.parse(run.stdout)).toMatchObject({
      operationId: expect.any(String),
      state: 'succeeded',
      items: [
        {
          source: 'shop-db',
          kind: 'postgres',
          snapshotId: good.snapshotId,
          bytesRead: 983_040,
          bytesAdded: 1024,
          durationMs: 1500,
        },
      ],
    });
    expect(run.stderr).toContain('shop-db: dumping · 5 B');
    expect(run.stderr).toContain('shop-db: succeeded');
    expect(run.exitCode).toBe(0);
    expect(run.received[0]?.body).toEqual({ names: ['shop-db'], all: false });
  });

  it('exits with 3 and names the failed one when some failed', async () => {
    const run = await runCommand(['backup', '--all', '--destination', 'disk'], {
      routes: pass({ state: 'failed', items: [good, bad], error: { ...failure, code: 'partly-failed' } }),
    });
    expect(run.exitCode).toBe(3);
    expect(run.stdout).toMatch(/shop-db +succeeded .*960 KiB +1 KiB +1\.5 s\nblog-db +failed/);
    expect(run.stderr).toContain(
      'Error [dump-failed]: blog-db: pg_dump ended with 1.\nNext: Look at its log.',
    );
    expect(run.received[0]?.body).toEqual({ names: [], all: true, destination: 'disk' });
  });

  it('keeps the errors of items in the JSON document', async () => {
    const run = await runCommand(['backup', '--all', '--json'], {
      routes: pass({ state: 'failed', items: [good, bad] }),
    });
    expect(run.exitCode).toBe(3);
    expect(JSON.parse(run.stdout)).toMatchObject({ items: [{}, { source: 'blog-db', error: failure }] });
  });

  it('exits with 1 when all failed', async () => {
    const run = await runCommand(['backup', '--all'], { routes: pass({ state: 'failed', items: [bad] }) });
    expect(run.exitCode).toBe(1);
  });

  it('exits with the code of the error when nothing was started', async () => {
    const run = await runCommand(['backup', 'nope'], {
      routes: {
        'POST /v1/backups': { status: 404, body: problem('not-found', 'There is no source "nope".') },
      },
    });
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toBe('Error [not-found]: There is no source "nope".\nNext: Mend not-found.\n');
    expect(run.stdout).toBe('');
  });

  it('prints the recovery points that it took', async () => {
    const point = aPoint();
    const routes = pass({ state: 'succeeded', items: [good, good] }, [point]);
    const run = await runCommand(['backup', 'shop'], { routes });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain(`Recovery point ${point.id.slice(0, 13)} of shop: complete.`);
    expect(run.received.at(-1)?.path).toMatch(/^\/v1\/recovery-points\?operationId=[0-9a-f-]{36}$/);
  });

  it('exits with 3 when a recovery point is partial, though all that was begun succeeded', async () => {
    const [first] = aPoint().members;
    const members =
      first === undefined ? [] : [{ ...first, snapshotId: undefined, error: 'It does not run.' }];
    const routes = pass({ state: 'succeeded', items: [good, good] }, [aPoint({ state: 'partial', members })]);
    const run = await runCommand(['backup', 'shop'], { routes });
    expect(run.exitCode).toBe(3);
    expect(run.stdout).toContain('of shop: partial, without shop-db.');
    const json = await runCommand(['backup', 'shop', '--json'], { routes });
    expect(json.exitCode).toBe(3);
    expect(JSON.parse(json.stdout)).toMatchObject({
      recoveryPoints: [{ environment: 'shop', state: 'partial', missing: ['shop-db'] }],
    });
  });

  it('warns when there was nothing to back up', async () => {
    const run = await runCommand(['backup', '--all'], { routes: pass({ state: 'succeeded', items: [] }) });
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toContain('Warning: There was nothing to back up.');
  });

  it.each([[[]], [['shop-db', '--all']]])('refuses %j as usage', async (argv) => {
    const run = await runCommand(['backup', ...argv]);
    expect(run.exitCode).toBe(2);
    expect(run.received).toEqual([]);
  });

  it('does not wait with --detach', async () => {
    const operation = anOperation({ state: 'queued' });
    const routes = { 'POST /v1/backups': { status: 202, body: operation } };
    const run = await runCommand(['backup', '--all', '--detach', '--json'], { routes });
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.stdout)).toEqual({ operationId: operation.id, state: 'queued', items: [] });
  });

  it('waits in spite of --detach when the server would end with it', async () => {
    const run = await runCommand(['backup', '--all', '--detach', '--json'], {
      routes: pass({ state: 'succeeded', items: [good] }),
      embedded: true,
    });
    expect(JSON.parse(run.stdout)).toMatchObject({ state: 'succeeded' });
    expect(run.stderr).toContain('stays until the backup is done');
  });

  it('cancels on Ctrl-C and waits for the end, and leaves at once on the second', async () => {
    const started = anOperation();
    const cancelled = { ...started, state: 'cancelled', error: { ...failure, code: 'cancelled' } };
    const routes: Routes = {
      'POST /v1/backups': { status: 202, body: started },
      [`POST /v1/operations/${started.id}/cancel`]: { status: 202, body: started },
      [`GET /v1/operations/${started.id}/events`]: [
        { events: [{ type: 'operation', operation: started }], cut: true },
        {
          events: [
            { type: 'operation', operation: started },
            { type: 'operation', operation: cancelled },
          ],
        },
      ],
    };
    const once = await runCommand(['backup', '--all'], { routes, onListening: (interrupt) => interrupt() });
    expect(once.received.map((request) => request.path)).toContain(`/v1/operations/${started.id}/cancel`);
    expect(once.stderr).toContain('Press Ctrl-C again');
    expect(once.exitCode).toBe(1);
    const twice = await runCommand(['backup', '--all'], {
      routes,
      onListening(interrupt) {
        interrupt();
        interrupt();
      },
    });
    expect(twice.exitCode).toBe(130);
  });
});
