import { HoldfastError, Secret, silentReporter } from '@holdfast/runtime';
import { describe, expect, it } from 'vitest';
import { type BackupJob, runBackup } from './run-backup.ts';
import { runRestore } from './run-restore.ts';
import { createMemoryEngine } from './testing/memory-engine.ts';
import { createMemorySource } from './testing/memory-source.ts';

const location = 'memory:shop';

function prepare() {
  const engine = createMemoryEngine();
  const kind = createMemorySource();
  engine.repositories.set(location, new Map());
  kind.content.set(
    'shop',
    new Map([
      ['/a.dump', 'aaaa'],
      ['/b.dump', 'bb'],
    ]),
  );
  const job: BackupJob = {
    operationId: 'op-1',
    snapshotId: 'snap-1',
    version: '0.1.0',
    dataPath: 'auto',
    locator: { key: 'shop' },
    source: { id: 'src-1', name: 'shop', kind: 'memory', environment: 'shop', container: 'shop-db-1' },
    repository: {
      access: { location, environment: {}, options: [] },
      password: new Secret('x'),
      host: 'h',
    },
  };
  const ports = { engine, kind, now: () => new Date('2026-11-22T10:00:00.700Z') };
  const left: string[] = [];
  const controller = new AbortController();
  const control = {
    reporter: silentReporter,
    signal: controller.signal,
    onLeftBehind: () => left.push('left'),
  };
  const stored = () => [...(engine.repositories.get(location)?.values() ?? [])];
  return { engine, kind, job, ports, control, controller, left, stored };
}

describe('runBackup', () => {
  it('stores each part and the manifest, the manifest one second earlier', async () => {
    const { job, ports, control, stored, kind } = prepare();
    const outcome = await runBackup(job, ports, control);
    expect(outcome.parts.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['/a.dump', 4],
      ['/b.dump', 2],
    ]);
    expect(outcome.dataPath).toBe('memory');
    expect(outcome.time).toEqual(new Date('2026-11-22T10:00:00Z'));
    expect(stored().map(({ time, tags }) => [time.toISOString(), tags.at(-1)])).toEqual([
      ['2026-11-22T10:00:00.000Z', 'part'],
      ['2026-11-22T10:00:00.000Z', 'part'],
      ['2026-11-22T09:59:59.000Z', 'manifest'],
    ]);
    expect(stored()[0]?.tags).toEqual([
      'shop-db-1',
      'holdfast',
      'source:src-1',
      'snapshot:snap-1',
      'operation:op-1',
      'part',
    ]);
    expect(kind.closed).toBe(1);
  });

  it('leaves nothing when a later part fails, and closes the source', async () => {
    const { job, ports, control, stored, kind, left } = prepare();
    kind.beforePart = (path) => {
      if (path === '/b.dump') throw new HoldfastError('dump-failed', 'exit code 1');
    };
    await expect(runBackup(job, ports, control)).rejects.toMatchObject({ code: 'dump-failed' });
    expect(stored()).toEqual([]);
    expect(kind.closed).toBe(1);
    expect(left).toEqual([]);
  });

  it('leaves nothing when it is cancelled between parts', async () => {
    const { job, ports, control, controller, stored, kind } = prepare();
    kind.beforePart = (path) => {
      if (path === '/b.dump') {
        controller.abort(new HoldfastError('cancelled', 'by hand'));
        throw new Error('the sink went away');
      }
    };
    await expect(runBackup(job, ports, control)).rejects.toThrow();
    expect(stored()).toEqual([]);
  });

  it('leaves nothing when the consistent view was lost before the manifest', async () => {
    const { job, ports, control, stored, kind } = prepare();
    const capture = kind.capture.bind(kind);
    kind.capture = async (locator, context) => ({
      ...(await capture(locator, context)),
      facts: () => Promise.reject(new HoldfastError('container-lost', 'session ended')),
    });
    await expect(runBackup(job, ports, control)).rejects.toMatchObject({ code: 'container-lost' });
    expect(stored()).toEqual([]);
  });

  it('says so when what was written cannot be removed now', async () => {
    const { job, ports, control, engine, kind, left } = prepare();
    engine.failures.set('forget', new HoldfastError('repository-locked', 'locked'));
    kind.beforePart = (path) => {
      if (path === '/b.dump') throw new HoldfastError('dump-failed', 'exit code 1');
    };
    await expect(runBackup(job, ports, control)).rejects.toMatchObject({ code: 'dump-failed' });
    expect(left).toEqual(['left']);
  });
});

describe('runRestore', () => {
  it('gives the source what was captured, from the repository alone', async () => {
    const { job, ports, control, kind } = prepare();
    const { manifestResticId } = await runBackup(job, ports, control);
    const report = await runRestore({ ...job, manifestResticId, mode: 'swap' }, ports, control);
    expect(kind.restored).toEqual([
      new Map([
        ['/a.dump', 'aaaa'],
        ['/b.dump', 'bb'],
      ]),
    ]);
    expect(report.verified).toEqual({ '/a.dump': 4, '/b.dump': 2 });
  });

  it('refuses a manifest that was cut', async () => {
    const { job, ports, control, engine } = prepare();
    const { manifestResticId } = await runBackup(job, ports, control);
    const snapshots = engine.repositories.get(location);
    const whole = snapshots?.get(manifestResticId);
    if (snapshots === undefined || whole === undefined) throw new Error('not stored');
    const cut = [...whole.files].map(([path, content]) => [path, content.subarray(0, 700)] as const);
    snapshots.set(manifestResticId, { ...whole, files: new Map(cut) });
    const restoring = runRestore({ ...job, manifestResticId, mode: 'swap' }, ports, control);
    await expect(restoring).rejects.toMatchObject({ code: 'repository-corrupt' });
  });
});
