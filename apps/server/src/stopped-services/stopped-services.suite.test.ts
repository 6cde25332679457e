import { randomUUID } from 'node:crypto';
import { type ContainerLifecycle, createDockerHost } from '@holdfast/docker';
import { type LabContainer, labDockerHost } from '@holdfast/docker/testing';
import { HoldfastError, silentReporter } from '@holdfast/runtime';
import { failOnLeakedContainers, startVolumeUser } from '@holdfast/sources/testing';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { temporaryDatabase } from '../testing/temporary-database.ts';
import { StoppedServices } from './stopped-services.service.ts';
import { createStoppedServicesStore } from './stopped-services.store.ts';

failOnLeakedContainers();

const { lifecycle } = createDockerHost({ host: labDockerHost() });

/** A keeper as one process has it; another one on the same database is that of the next process. */
function keeper(database: Database, overrides: Partial<ContainerLifecycle> = {}) {
  const store = createStoppedServicesStore(database);
  const services = new StoppedServices({
    store,
    lifecycle: { ...lifecycle, ...overrides },
    clock: systemClock,
    defaultConsistency: 'live',
    retriesMs: [10],
  });
  const hold = (containers: readonly LabContainer[], action: 'pause' | 'stop') =>
    services.hold({
      operationId: randomUUID(),
      containers: containers.map(({ id, name }) => ({ id, name })),
      action,
      reporter: silentReporter,
    });
  return { services, store, hold };
}

const status = ({ id }: LabContainer) => lifecycle.status(id);
const nothing = async () => {};

describe.each(['stop', 'pause'] as const)('%s', (action) => {
  it('holds what runs, and only that, and lets it go on', async () => {
    const { database } = await temporaryDatabase();
    const { hold, store } = keeper(database);
    await using runs = await startVolumeUser([]);
    await using idle = await startVolumeUser([]);
    await lifecycle.stop(idle.id);
    const release = await hold([runs, idle], action);
    expect(await status(runs)).toMatchObject(action === 'stop' ? { running: false } : { paused: true });
    expect(await store.all()).toMatchObject([{ id: runs.id, name: runs.name, action }]);
    await release();
    await release();
    expect(await status(runs)).toMatchObject({ running: true, paused: false });
    expect(await status(idle)).toMatchObject({ running: false });
    expect(await store.all()).toEqual([]);
  });

  it('is begun by the first of several operations, and ended by the last', async () => {
    const { database } = await temporaryDatabase();
    const { hold, store } = keeper(database);
    await using runs = await startVolumeUser([]);
    const [first, second] = await Promise.all([hold([runs], action), hold([runs], action)]);
    await first?.();
    expect(await status(runs)).toMatchObject({ running: false });
    expect(await store.all()).toHaveLength(1);
    await second?.();
    expect(await status(runs)).toMatchObject({ running: true });
    expect(await store.all()).toEqual([]);
  });

  it('is ended by the next process where this one died', async () => {
    const { database } = await temporaryDatabase();
    await using runs = await startVolumeUser([]);
    await keeper(database).hold([runs], action);
    const { services, store } = keeper(database);
    expect(await services.recover(nothing)).toEqual([]);
    expect(await status(runs)).toMatchObject({ running: true, paused: false });
    expect(await store.all()).toEqual([]);
  });
});

it('stops what another operation has only paused, after that one', async () => {
  const { database } = await temporaryDatabase();
  const { hold } = keeper(database);
  await using runs = await startVolumeUser([]);
  const unpause = await hold([runs], 'pause');
  const stopping = hold([runs], 'stop');
  await unpause();
  const start = await stopping;
  expect(await status(runs)).toMatchObject({ running: false, paused: false });
  await start();
  expect(await status(runs)).toMatchObject({ running: true });
});

it('lets all go on when one cannot be stopped', async () => {
  const { database } = await temporaryDatabase();
  await using good = await startVolumeUser([]);
  await using bad = await startVolumeUser([]);
  const refuse = new HoldfastError('docker-forbidden', 'not this one');
  const stop: ContainerLifecycle['stop'] = (id) =>
    id === bad.id ? Promise.reject(refuse) : lifecycle.stop(id);
  const { hold, store } = keeper(database, { stop });
  await expect(hold([good, bad], 'stop')).rejects.toBe(refuse);
  expect(await status(good)).toMatchObject({ running: true });
  expect(await store.all()).toEqual([]);
});

it('remembers what it could not start, and starts it later', async () => {
  const { database } = await temporaryDatabase();
  await using runs = await startVolumeUser([]);
  let refusing = true;
  const start: ContainerLifecycle['start'] = (id) =>
    refusing ? Promise.reject(new HoldfastError('docker-unreachable', 'away')) : lifecycle.start(id);
  const { hold, services, store } = keeper(database, { start });
  await (await hold([runs], 'stop'))();
  expect(await store.all()).toHaveLength(1);
  expect((await services.recover(nothing)).join()).toContain(runs.name);
  refusing = false;
  expect(await services.recover(nothing)).toEqual([]);
  expect(await status(runs)).toMatchObject({ running: true });
});

it('starts nothing on files that could not be brought into order', async () => {
  const { database } = await temporaryDatabase();
  await using runs = await startVolumeUser([]);
  await keeper(database).hold([runs], 'stop');
  const { services } = keeper(database);
  const failures = await services.recover(() => Promise.reject(new Error('half of the files')));
  expect(failures.join()).toContain('half of the files');
  expect(await status(runs)).toMatchObject({ running: false });
  expect(await services.recover(nothing)).toEqual([]);
});

it('forgets a container that was removed meanwhile', async () => {
  const { database } = await temporaryDatabase();
  const { hold, store } = keeper(database);
  const runs = await startVolumeUser([]);
  const release = await hold([runs], 'stop');
  await runs[Symbol.asyncDispose]();
  await release();
  expect(await store.all()).toEqual([]);
});
