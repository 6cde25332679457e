import { randomUUID } from 'node:crypto';
import { startLabContainer } from '@holdfast/docker/testing';
import {
  failOnLeakedContainers,
  type PostgresContainer,
  startPostgres,
  testRunLabels,
} from '@holdfast/sources/testing';
import type Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listSnapshots, listSources, sourceOf } from '../support/answers.ts';
import { backUp } from '../support/backup-report.ts';
import { freshHoldfast, type Holdfast } from '../support/holdfast.ts';
import { startServing } from '../support/serving.ts';

failOnLeakedContainers();

/** Of this file alone: other tests use the same engine. */
const prefix = `disc-${randomUUID().slice(0, 8)}`;
const lab: AsyncDisposable[] = [];
afterAll(async () => {
  for (const container of lab) await container[Symbol.asyncDispose]();
});

/** A container that only has to be looked at: it may run anything, or nothing. */
async function container(name: string, options: Partial<Docker.ContainerCreateOptions> = {}) {
  const made = await startLabContainer({
    Image: 'postgres:15',
    Cmd: ['sleep', 'infinity'],
    ...options,
    name: `${prefix}-${name}`,
    Env: ['POSTGRES_PASSWORD=pw', ...(options.Env ?? [])],
    Labels: { ...testRunLabels, ...options.Labels },
  });
  lab.push(made);
  return made;
}

describe('which containers are sources', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await freshHoldfast('', { HOLDFAST_DISCOVERY_NAMES: '' });
  });
  afterAll(() => holdfast[Symbol.asyncDispose]());

  test('those of official PostgreSQL and its relatives, by their image', async () => {
    const images = ['postgres:15', 'postgres:17', 'postgis/postgis:15-lab', 'timescale/timescaledb:2-pg15'];
    images.push('supabase/postgres:15', 'pgvector/pgvector:pg17');
    const started = await Promise.all(
      images.map((Image, index) => container(`image-${index}`, { Image, Cmd: ['postgres'] })),
    );
    const other = await container('other', { Image: 'holdfast-lab/base:bookworm' });
    const sources = await listSources(holdfast);
    for (const [index, { name }] of started.entries()) {
      expect(sources).toContainEqual(
        expect.objectContaining({
          name,
          container: name,
          kind: 'postgres',
          server: 'local',
          environment: name,
          image: images[index],
          declared: false,
          present: true,
          protected: true,
        }),
      );
    }
    expect(sources.map((source) => source.container)).not.toContain(other.name);
  });

  test('labels switch off, rename and put together; a Compose project is an environment', async () => {
    const Cmd = ['postgres'];
    const off = await container('off', { Cmd, Labels: { 'holdfast.enable': 'false' } });
    const named = await container('named', { Cmd, Labels: { 'holdfast.name': `${prefix}-orders` } });
    const placed = await container('placed', { Cmd, Labels: { 'holdfast.environment': `${prefix}-shop` } });
    const compose = await container('compose', {
      Cmd,
      Labels: {
        'com.docker.compose.project': `${prefix}-shop`,
        'com.docker.compose.service': 'db',
        'com.docker.compose.container-number': '1',
      },
    });
    expect(await sourceOf(holdfast, off.name)).toMatchObject({
      protected: false,
      reason: expect.stringContaining('holdfast.enable=false'),
    });
    expect(await sourceOf(holdfast, named.name)).toMatchObject({ name: `${prefix}-orders`, protected: true });
    for (const { name } of [placed, compose]) {
      expect(await sourceOf(holdfast, name)).toMatchObject({
        environment: `${prefix}-shop`,
        protected: true,
      });
    }
  });

  test('globs and explicit names choose; a label that says true is stronger', async () => {
    const Cmd = ['postgres'];
    const matched = await container('app1-db', { Cmd });
    const explicit = await container('auth-postgres', { Cmd });
    const labelled = await container('labelled', { Cmd, Labels: { 'holdfast.enable': 'true' } });
    const left = await container('app1-cache', { Cmd });
    const choosing = holdfast.with({
      HOLDFAST_DISCOVERY_NAMES: `${prefix}-*-db`,
      HOLDFAST_DISCOVERY_INCLUDE: explicit.name,
    });
    const isProtected = Object.fromEntries(
      (await listSources(choosing)).map((source) => [source.container, source.protected]),
    );
    expect(isProtected).toMatchObject({
      [matched.name]: true,
      [explicit.name]: true,
      [labelled.name]: true,
      [left.name]: false,
    });
    expect((await sourceOf(choosing, left.name)).reason).toContain('HOLDFAST_DISCOVERY_NAMES');
  });

  test('what is not protected says why', async () => {
    const stopped = await container('stopped', { Cmd: ['postgres'] });
    await stopped.container.stop({ t: 0 });
    const paused = await container('paused', { Cmd: ['postgres'] });
    await paused.container.pause();
    const spaced = await container('spaced', { Cmd: ['postgres'], Labels: { 'holdfast.name': 'two words' } });
    const twin = { Cmd: ['postgres'], Labels: { 'holdfast.name': `${prefix}-twin` } };
    const twins = [await container('twin-1', twin), await container('twin-2', twin)];
    const reasons = Object.fromEntries(
      (await listSources(holdfast)).map(({ container: name, reason }) => [name, reason]),
    );
    expect(reasons).toMatchObject({
      [stopped.name]: expect.stringMatching(/not running.*exited/),
      [paused.name]: expect.stringMatching(/paused/),
      [spaced.name]: expect.stringContaining('"two words"'),
    });
    // One of them has the name, and keeps it.
    const [has, wants] = twins.map(({ name }) => reasons[name]);
    expect(has).toBeUndefined();
    expect(wants).toContain(`${prefix}-twin`);
    await paused.container.unpause();
  });

  test('a person sees the same in a table', async () => {
    const off = await container('table', { Cmd: ['postgres'], Labels: { 'holdfast.enable': 'false' } });
    const { exitCode, stdout } = await holdfast.run('sources');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(off.name);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('holdfast.enable=false');
  });
});

describe('a container that was started later', () => {
  test('is in the next pass, with no edit: of a command, and of a server that runs', async () => {
    const names: PostgresContainer[] = [];
    const environment = `${prefix}-later`;
    const start = async () => {
      const started = await startPostgres({ labels: { 'holdfast.environment': environment } });
      names.push(started);
      return started;
    };
    try {
      await using holdfast = await freshHoldfast('', { HOLDFAST_DISCOVERY_NAMES: '' });
      const first = await start();
      const whole = `${environment}.environment`;
      const items = (await backUp(holdfast, environment)).items.map(({ source }) => source);
      expect(items).toEqual([first.name, whole]);

      const second = await start();
      expect((await backUp(holdfast, environment)).items.map(({ source }) => source).toSorted()).toEqual(
        [first.name, second.name, whole].toSorted(),
      );

      await using _server = await startServing(holdfast);
      const third = await start();
      const report = await backUp(holdfast, environment);
      expect(report).toMatchObject({ exitCode: 0 });
      expect(report.items.map(({ source }) => source).toSorted()).toEqual(
        [first.name, second.name, third.name, whole].toSorted(),
      );
      expect(await listSnapshots(holdfast, third.name)).toHaveLength(1);

      // Made anew under the same name, as an update does: the same source, with its history.
      const { id } = await sourceOf(holdfast, third.name);
      await third.remove();
      expect((await listSources(holdfast)).find((source) => source.id === id)).toMatchObject({
        present: false,
        protected: false,
      });
      await using again = await startLabContainer({
        Image: 'postgres:15',
        name: third.name,
        Env: ['POSTGRES_PASSWORD=pw'],
        Labels: { ...testRunLabels },
      });
      expect(await sourceOf(holdfast, again.name)).toMatchObject({ id, present: true, protected: true });
      expect(await listSnapshots(holdfast, third.name)).toHaveLength(1);
    } finally {
      for (const one of names) await one.remove();
    }
  });
});
