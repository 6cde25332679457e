import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { recoveryPointSchema } from '@holdfast/contracts';
import { createDockerHost } from '@holdfast/docker';
import { type LabContainer, labDockerHost, startLabContainer } from '@holdfast/docker/testing';
import {
  failOnLeakedContainers,
  type PostgresContainer,
  startPostgres,
  testRunLabels,
} from '@holdfast/sources/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { listSnapshots, listSources } from '../support/answers.ts';
import { backUp } from '../support/backup-report.ts';
import { freshHoldfast, type Holdfast } from '../support/holdfast.ts';
import { localRepository, snapshotFiles } from '../support/stock-restic.ts';

failOnLeakedContainers();

/** Of this file alone: other tests use the same engine. */
const project = `points-${randomUUID().slice(0, 8)}`;
const labels = (service: string) => ({
  ...testRunLabels,
  'com.docker.compose.project': project,
  'com.docker.compose.service': service,
  'com.docker.compose.container-number': '1',
});

const volumes = [`${project}_files`, `${project}_db`];
let folder: string;
let postgres: PostgresContainer;
let web: LabContainer;
let holdfast: Holdfast;

/** As Compose would make it: a database on a volume, and a service with a volume and a folder of the host. */
beforeAll(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'holdfast-points-')), 'shop');
  await mkdir(path.join(folder, 'state'), { recursive: true });
  const sqlite = new DatabaseSync(path.join(folder, 'state', 'sessions'));
  sqlite.exec('CREATE TABLE session (id INTEGER PRIMARY KEY); INSERT INTO session VALUES (1), (2)');
  sqlite.close();
  await writeFile(path.join(folder, 'settings'), 'colour = blue');
  const { resources } = createDockerHost({ host: labDockerHost() });
  for (const name of volumes) {
    const labelled = { 'com.docker.compose.project': project };
    await resources.createVolume({ name, driver: 'local', labels: labelled, options: {} });
  }
  postgres = await startPostgres({
    name: `${project}-db-1`,
    labels: labels('db'),
    hostConfig: { Binds: [`${project}_db:/var/lib/postgresql/data`] },
  });
  await postgres.sql('CREATE TABLE orders (file text); INSERT INTO orders VALUES ($$one$$), ($$two$$)');
  web = await startLabContainer({
    Image: 'postgres:15',
    name: `${project}-web-1`,
    Entrypoint: ['sh', '-c', 'echo one >/files/one; echo two >/files/two; exec sleep infinity'],
    Cmd: [],
    Labels: labels('web'),
    HostConfig: { Binds: [`${project}_files:/files`, `${folder}:/srv/shop`] },
  });
  holdfast = await freshHoldfast(`${project}-*`);
});
afterAll(async () => {
  await holdfast?.[Symbol.asyncDispose]();
  await web?.[Symbol.asyncDispose]();
  await postgres?.remove();
  const { resources } = createDockerHost({ host: labDockerHost() });
  for (const name of volumes) await resources.removeVolume(name);
  await rm(path.dirname(folder), { recursive: true, force: true });
});

async function listPoints() {
  const { exitCode, answer } = await holdfast.json('points', project);
  expect(exitCode).toBe(0);
  return z.array(recoveryPointSchema).parse(answer);
}

/** By kind, in this project. */
async function sourcesOfProject() {
  const sources = await listSources(holdfast);
  return Object.groupBy(
    sources.filter(({ environment }) => environment === project),
    ({ kind }) => kind,
  );
}

test('the sources list shows databases, volumes, folders and SQLite files, and what is left out and why', async () => {
  expect(await sourcesOfProject()).toMatchObject({
    postgres: [{ name: postgres.name, container: postgres.name, protected: true }],
    volume: [
      // What the image of the service declares: nobody named it, and it is empty.
      { name: `${project}-web-1-var-lib-postgresql-data`, protected: true },
      {
        name: `${project}_db`,
        protected: false,
        reason: `It holds the data of ${postgres.name}, which is dumped anyway; the label holdfast.enable=true backs it up, too.`,
      },
      { name: `${project}_files`, volume: `${project}_files`, protected: true },
    ],
    directory: [{ path: folder, protected: true }],
    sqlite: [{ path: path.join(folder, 'state', 'sessions'), protected: true }],
    environment: [{ name: `${project}.environment`, protected: true }],
  });
});

test('a backup of the project is one recovery point of all of it, which its storage describes, too', async () => {
  const { exitCode, answer } = await holdfast.json('backup', project);
  expect(exitCode).toBe(0);
  const report = z
    .object({
      operationId: z.string(),
      items: z.array(z.object({ source: z.string(), kind: z.string(), snapshotId: z.string() })),
      recoveryPoints: z.array(z.object({ id: z.string(), environment: z.string(), state: z.string() })),
    })
    .parse(answer);
  // Databases, then files, then how it is built.
  const stage: Record<string, number> = { postgres: 1, sqlite: 1, volume: 2, directory: 2, environment: 3 };
  const order = report.items.map(({ kind }) => stage[kind]);
  expect(order).toEqual([1, 1, 2, 2, 2, 3]);
  expect(report.recoveryPoints).toMatchObject([{ environment: project, state: 'complete' }]);

  const [point, ...older] = await listPoints();
  expect(older).toEqual([]);
  expect(point).toMatchObject({
    id: report.recoveryPoints[0]?.id,
    state: 'complete',
    destination: 'local',
    operationId: report.operationId,
  });
  const snapshots = [...(point?.members ?? []), point?.definition].map((member) => member?.snapshotId);
  expect(new Set(snapshots)).toEqual(new Set(report.items.map(({ snapshotId }) => snapshotId)));
  for (const { source } of report.items) {
    // Its parts and its manifest; of what is empty the manifest alone.
    const [snapshot] = await listSnapshots(holdfast, source);
    const files = await snapshotFiles(localRepository(holdfast, source));
    expect(files).toHaveLength((snapshot?.parts.length ?? 0) + 1);
  }
});

test('with a member that does not run the point is partial, and the exit code says so', async () => {
  await postgres.container.stop({ t: 5 });
  const report = await backUp(holdfast, project);
  expect(report).toMatchObject({ exitCode: 3, state: 'succeeded' });
  const [partial, complete] = await listPoints();
  expect(complete?.state).toBe('complete');
  expect(partial?.state).toBe('partial');
  expect(partial?.members).toContainEqual(
    expect.objectContaining({ source: postgres.name, error: expect.stringContaining('not running') }),
  );
  const told = await holdfast.run('points');
  expect(told.stdout).toMatch(new RegExp(`${project} .* partial .* ${postgres.name}\\n`));
  // It comes back, and with it what is complete.
  await postgres.container.start();
  await postgres.ready();
  expect(await backUp(holdfast, project)).toMatchObject({ exitCode: 0 });
  expect((await listPoints())[0]?.state).toBe('complete');
});
