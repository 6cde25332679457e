import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoredOperation } from '../../operations/operation.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { createTestApp } from '../../testing/test-app.ts';
import { DestinationMonitor } from './destination-monitor.ts';
import { ForgottenSubjects } from './forgotten-subjects.ts';

const hour = 3_600_000;

async function start({ freePercent = 0 } = {}) {
  const { app, clock, logged, log } = await createTestApp();
  const { alerts, destinations } = app;
  // The one beside the state, which is nowhere yet.
  await destinations.remove(await destinations.get('local'));
  const folder = path.join(await temporaryFolder(), 'backups');
  await mkdir(folder);
  const settings = { path: folder };
  const { stored } = await destinations.add({
    name: 'disk',
    kind: 'local',
    settings,
    makeDefault: true,
    force: false,
  });
  const listeners: ((operation: StoredOperation) => void)[] = [];
  const monitor = new DestinationMonitor({
    destinations,
    operations: {
      onEnded(listener) {
        listeners.push(listener);
        return () => {};
      },
    },
    alerts,
    clock,
    intervalMs: hour,
    freePercent,
    log,
  });
  const codes = async () => (await alerts.list('open')).map(({ code, subject }) => `${code} ${subject.name}`);
  const breakIt = async () => {
    await rm(folder, { recursive: true });
    await writeFile(folder, 'a file where the folder was');
  };
  const mend = async () => {
    await rm(folder);
    await mkdir(folder);
  };
  return { clock, alerts, destinations, stored, monitor, listeners, codes, breakIt, mend, logged, log };
}

describe('the monitor of destinations', () => {
  it('probes when it is time, and says what is wrong until it is well', async () => {
    const { clock, monitor, codes, breakIt, mend, logged } = await start();
    await breakIt();
    await monitor.tick();
    expect(await codes()).toEqual([]);
    clock.advance(hour);
    await monitor.tick();
    expect(await codes()).toEqual(['destination-unreachable disk']);
    await mend();
    clock.advance(hour);
    await monitor.tick();
    expect(await codes()).toEqual([]);
    expect(logged).toEqual([]);
  });

  it('looks at once, and once, when backups fail because of it', async () => {
    const { monitor, listeners, codes, breakIt, stored, alerts } = await start();
    await monitor.start();
    await breakIt();
    const failed = {
      role: 'part',
      destination: { id: stored.id, name: stored.name },
      error: { code: 'destination-unreachable', detail: '', hint: '' },
    } as StoredOperation;
    for (let number = 0; number < 100; number++) for (const listener of listeners) listener(failed);
    await monitor.stop();
    expect(await codes()).toEqual(['destination-unreachable disk']);
    expect((await alerts.list('open'))[0]?.occurrences).toBe(1);
  });

  it('says when little space is left', async () => {
    const { clock, monitor, codes } = await start({ freePercent: 99 });
    clock.advance(hour);
    await monitor.tick();
    expect(await codes()).toEqual(['destination-nearly-full disk']);
  });

  it('is followed by one that ends alerts about what was removed', async () => {
    const { clock, monitor, codes, breakIt, alerts, destinations, stored, log } = await start();
    await breakIt();
    clock.advance(hour);
    await monitor.tick();
    const forgotten = new ForgottenSubjects({
      alerts,
      existing: async () => ({ destination: new Set((await destinations.list()).map(({ id }) => id)) }),
      log,
    });
    await forgotten.tick();
    expect(await codes()).toHaveLength(1);
    await destinations.remove(stored);
    await forgotten.tick();
    expect(await codes()).toEqual([]);
  });
});
