import { readdir, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { recoveryPointSchema } from '@holdfast/contracts';
import { connectLabEngine } from '@holdfast/docker/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { backUp } from '../support/backup-report.ts';
import { preflightOf, putBackEnvironment, reportOfRestore } from '../support/environment-report.ts';
import { freshHoldfast, type Holdfast } from '../support/holdfast.ts';
import { putBack } from '../support/restore-report.ts';
import { type ShopProject, startShop } from '../support/shop-project.ts';
import { until } from '../support/until.ts';

const engine = connectLabEngine();

/** The largest file of a repository holds data; without it the snapshot is listed, and cannot be read. */
async function hideData(holdfast: Holdfast, source: string): Promise<() => Promise<void>> {
  const data = path.join(holdfast.dataDirectory, 'destinations', 'local', 'restic', source, 'data');
  const files = (await readdir(data, { recursive: true })).map((name) => path.join(data, name));
  const sizes = await Promise.all(files.map(async (file) => ({ file, stat: await stat(file) })));
  const [largest] = sizes.filter((one) => one.stat.isFile()).toSorted((a, b) => b.stat.size - a.stat.size);
  if (largest === undefined) throw new Error(`${data} holds no file`);
  await rename(largest.file, `${largest.file}.hidden`);
  return () => rename(`${largest.file}.hidden`, largest.file);
}

describe('when the restore of an environment cannot go on', () => {
  let shop: ShopProject;
  let holdfast: Holdfast;

  beforeAll(async () => {
    shop = await startShop();
    holdfast = await freshHoldfast(`${shop.name}*`);
    await shop.untilHealthy();
    // Large enough that loading it takes a while.
    await shop.sql(
      'CREATE TABLE filler AS SELECT i, repeat(md5(i::text), 20) AS text FROM generate_series(1, 40000) AS i',
    );
    const report = await backUp(holdfast, shop.environment);
    expect(report, JSON.stringify(report)).toMatchObject({ exitCode: 0, state: 'succeeded' });
    await shop.mark();
  });
  afterAll(async () => {
    await holdfast?.[Symbol.asyncDispose]();
    await shop?.[Symbol.asyncDispose]();
  });

  async function expectAsBefore() {
    await shop.untilHealthy();
    expect(await shop.isMarked()).toBe(true);
    expect(await shop.states()).toEqual({
      [shop.names.cache]: true,
      [shop.names.crm]: true,
      [shop.names.db]: true,
      [shop.names.job]: false,
      [shop.names.web]: true,
    });
    expect(await keptVolumes()).toEqual([]);
    expect(await shop.sql("SELECT count(*) FROM pg_database WHERE datname ~ '_before_|holdfast_'")).toBe('0');
  }

  /** Volumes that a restore of this project made beside those that it has. */
  async function keptVolumes() {
    const own = Object.values(shop.volumes);
    const all = await shop.docker.resources.volumes();
    return all.map(({ name }) => name).filter((name) => name.startsWith(shop.name) && !own.includes(name));
  }

  /** Midway: the volume holds the restored files already, and the database is yet to come. */
  async function untilMidway() {
    await until('a volume was exchanged', async () => {
      const marked = await shop.isMarked().catch(() => false);
      return !marked && !(await shop.states())[shop.names.web];
    });
  }

  test('a member that cannot be read: what was restored before it is taken back', async () => {
    const putBackData = await hideData(holdfast, shop.names.db);
    const report = await putBackEnvironment(holdfast, shop.environment, '--yes');
    await putBackData();
    expect(report, report.told).toMatchObject({ exitCode: 1, state: 'failed' });
    expect(report.error?.detail).toContain(shop.names.db);
    expect(report.error?.detail).toContain('Everything was put back as it was before.');
    await expectAsBefore();
  });

  test('cancelled midway', async () => {
    const running = holdfast.start('restore', shop.environment, '--yes', '--no-safety-snapshot', '--json');
    await untilMidway();
    running.kill('SIGINT');
    const report = await reportOfRestore(running);
    expect(report, report.told).toMatchObject({ exitCode: 1, state: 'cancelled' });
    expect(report.told).toContain('Everything was put back as it was before.');
    await expectAsBefore();
  });

  test('killed midway: the next command takes it back', async () => {
    const running = holdfast.start('restore', shop.environment, '--yes', '--no-safety-snapshot', '--json');
    await untilMidway();
    process.kill(running.pid, 'SIGKILL');
    await running.outcome;
    expect((await shop.states())[shop.names.web]).toBe(false);
    expect(await holdfast.run('operations')).toMatchObject({ exitCode: 0 });
    await expectAsBefore();
  });

  test('another container has the name, or another process the port: nothing is changed', async () => {
    await shop.docker.lifecycle.remove(shop.names.web);
    const other = await engine.createContainer({ name: shop.names.web, Image: 'postgres:17' });
    const named = await putBackEnvironment(holdfast, shop.environment, '--yes');
    expect(named, named.told).toMatchObject({ exitCode: 1, error: { code: 'container-name-taken' } });
    await other.remove({ v: true });

    const server = createServer();
    await new Promise<void>((resolve) => server.listen(shop.port, '127.0.0.1', resolve));
    const port = await preflightOf(holdfast, shop.environment);
    expect(port.exitCode).toBe(1);
    expect(port.problems).toMatchObject([{ code: 'port-taken' }]);
    const taken = await putBackEnvironment(holdfast, shop.environment, '--yes');
    expect(taken).toMatchObject({ exitCode: 1, error: { code: 'port-taken' } });
    await new Promise((resolve) => server.close(resolve));
    expect(await shop.isMarked()).toBe(true);
  });

  test('a service is missing: it alone is made, and the rest is put back beside what was there', async () => {
    const report = await putBackEnvironment(holdfast, shop.environment, '--yes', '--no-safety-snapshot');
    expect(report, report.told).toMatchObject({ exitCode: 0, state: 'succeeded' });
    expect(report.made).toEqual({ containers: [shop.names.web], networks: [], volumes: [] });
    await shop.untilHealthy();
    expect(await shop.isMarked()).toBe(false);
    expect((await shop.states())[shop.names.job]).toBe(false);
    expect((await keptVolumes()).length).toBeGreaterThan(0);
    for (const volume of await keptVolumes()) await shop.docker.resources.removeVolume(volume);
  });

  test('a recovery point without one of its members asks for --partial', async () => {
    await shop.docker.lifecycle.stop(shop.names.db);
    const taken = await backUp(holdfast, shop.environment);
    await shop.docker.lifecycle.start(shop.names.db);
    expect(taken, JSON.stringify(taken)).toMatchObject({ exitCode: 3 });
    await shop.untilHealthy();
    const [point] = z
      .array(recoveryPointSchema)
      .parse((await holdfast.json('points', shop.environment)).answer);
    expect(point).toMatchObject({ state: 'partial' });
    const id = point?.id ?? '';
    const refused = await holdfast.json('restore', shop.environment, id, '--yes');
    expect(refused).toMatchObject({ exitCode: 5, answer: { code: 'restore-partial' } });
    await shop.sql('CREATE TABLE newer (id int)');
    const report = await putBackEnvironment(
      holdfast,
      shop.environment,
      id,
      '--yes',
      '--partial',
      '--no-safety-snapshot',
    );
    expect(report, report.told).toMatchObject({ exitCode: 0, skipped: [shop.names.db] });
    expect(await shop.sql("SELECT to_regclass('newer') IS NOT NULL")).toBe('t');
  });

  test('one source goes back alone to what a recovery point holds of it', async () => {
    const points = z
      .array(recoveryPointSchema)
      .parse((await holdfast.json('points', shop.environment)).answer);
    const complete = points.find(({ state }) => state === 'complete');
    const report = await putBack(holdfast, shop.names.db, complete?.id ?? '', '--yes');
    expect(report).toMatchObject({ exitCode: 0, state: 'succeeded' });
    expect(report.snapshotId).toBe(
      complete?.members.find(({ source }) => source === shop.names.db)?.snapshotId,
    );
  });

  test('an image that is nowhere to be had any more: nothing is changed', async () => {
    const image = `${shop.name}-page:1`;
    await engine.getContainer(shop.names.job).commit({ repo: `${shop.name}-page`, tag: '1' });
    await shop.docker.lifecycle.remove(shop.names.job);
    const job = await engine.createContainer({
      name: shop.names.job,
      Image: image,
      Labels: { 'com.docker.compose.project': shop.name, 'com.docker.compose.service': 'job' },
      HostConfig: { Tmpfs: { '/var/lib/postgresql/data': '' } },
    });
    const taken = await backUp(holdfast, shop.environment);
    expect(taken, JSON.stringify(taken)).toMatchObject({ exitCode: 0 });
    await job.remove({ v: true });
    await engine.getImage(image).remove();
    const before = await shop.states();
    const report = await putBackEnvironment(holdfast, shop.environment, '--yes');
    expect(report, report.told).toMatchObject({ exitCode: 1, error: { code: 'image-missing' } });
    expect(report.error?.detail).toContain(image);
    expect(await shop.states()).toEqual(before);
  });
});
