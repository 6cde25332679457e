import { type Alert, alertSchema, drillItemSchema, operationStateSchema } from '@holdfast/contracts';
import { createDockerHost } from '@holdfast/docker';
import { labDockerHost } from '@holdfast/docker/testing';
import { failOnLeakedContainers, type PostgresContainer, startPostgres } from '@holdfast/sources/testing';
import { drillLabel } from '@holdfast/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { listOperations, listSnapshots, listSources, problemOf, sourceOf } from '../support/answers.ts';
import { backUp } from '../support/backup-report.ts';
import { freshHoldfast, type Holdfast } from '../support/holdfast.ts';
import { makeSampleDatabase } from '../support/sample-database.ts';
import { startServing } from '../support/serving.ts';
import { startSocketProxy } from '../support/socket-proxy.ts';
import { until } from '../support/until.ts';

failOnLeakedContainers();

const docker = createDockerHost({ host: labDockerHost() });

/** Of every Holdfast on the engine: each test looks for what came since. */
async function throwaways(): Promise<string[]> {
  return (await docker.list()).filter(({ labels }) => drillLabel in labels).map(({ id }) => id);
}

const reportSchema = z.object({
  operationId: z.string(),
  state: operationStateSchema,
  items: z.array(drillItemSchema),
});

async function drill(holdfast: Holdfast, ...args: string[]) {
  const { exitCode, answer } = await holdfast.json('drill', ...args);
  return { exitCode, ...reportSchema.parse(answer) };
}

/** Those about drills: a key that nobody has confirmed, for one, is an alert as well. */
async function alertsOf(holdfast: Holdfast, ...args: string[]): Promise<Alert[]> {
  const alerts = z.array(alertSchema).parse((await holdfast.json('alerts', ...args)).answer);
  return alerts.filter(({ code }) => code === 'drill-failed');
}

describe('a drill of a PostgreSQL server', () => {
  let postgres: PostgresContainer;
  let holdfast: Holdfast;
  beforeAll(async () => {
    postgres = await startPostgres({
      environment: { POSTGRES_PASSWORD: 'the real one', POSTGRES_USER: 'shop keeper' },
    });
    holdfast = await freshHoldfast(postgres.name);
    await makeSampleDatabase(postgres, 'shop');
    expect(await backUp(holdfast, postgres.name)).toMatchObject({ exitCode: 0 });
  });
  afterAll(async () => {
    await holdfast?.[Symbol.asyncDispose]();
    await postgres?.remove();
  });

  test('proves the newest snapshot: counts and content, with the recovery time', async () => {
    const before = await throwaways();
    const report = await drill(holdfast, postgres.name);
    expect(report, JSON.stringify(report)).toMatchObject({ exitCode: 0, state: 'succeeded' });
    const [snapshot] = await listSnapshots(holdfast, postgres.name);
    expect(report.items).toHaveLength(1);
    expect(report.items[0]?.compared).toEqual(snapshot?.counts);
    expect(report.items[0]?.hashes).toBeGreaterThan(3);
    expect(snapshot?.proof).toMatchObject({
      compared: snapshot?.counts,
      durationMs: report.items[0]?.durationMs,
    });
    expect(await sourceOf(holdfast, postgres.name)).toMatchObject({ lastVerified: snapshot?.proof?.time });
    expect((await throwaways()).filter((id) => !before.includes(id))).toEqual([]);

    const shown = await holdfast.run('drill', postgres.name);
    expect(shown.stdout).toMatch(/Proven: .*restored in/);
    expect((await holdfast.run('sources')).stdout).toMatch(/just now, in|s ago, in/);
    expect((await holdfast.run('snapshots')).stdout).toMatch(/restored .*, in/);
  });

  test('never shows as a source, while it runs', async () => {
    const before = await throwaways();
    const running = holdfast.start('drill', postgres.name, '--json');
    await until('the throwaway runs', async () => (await throwaways()).some((id) => !before.includes(id)));
    const found = await listSources(holdfast);
    expect(found.map(({ container }) => container)).toContain(postgres.name);
    expect(found.filter(({ name }) => name.includes('holdfast-drill'))).toEqual([]);
    expect((await running.outcome).exitCode).toBe(0);
  });

  test('that is killed midway leaves a container, which the next start removes', async () => {
    const before = await throwaways();
    const running = holdfast.start('drill', postgres.name);
    const left = await until('the throwaway runs', async () =>
      (await throwaways()).find((id) => !before.includes(id)),
    );
    running.kill('SIGKILL');
    await running.outcome;
    expect(await throwaways()).toContain(left);
    const serving = await startServing(holdfast);
    await until('the throwaway is gone', async () => !(await throwaways()).includes(left));
    // Its pass is begun again, and comes to its end.
    await until('the drill was begun again', async () => {
      const [latest] = await listOperations(holdfast);
      return latest?.kind === 'drill' && latest.state === 'succeeded' && latest.attempt === 2;
    });
    await serving.stop();
    expect(await alertsOf(holdfast)).toEqual([]);
  });

  test('that fails is an alert, in the list of sources and to the doctor too, until one succeeds', async () => {
    await using proxy = await startSocketProxy({ exec: true });
    const forbidden = await drill(holdfast.with({ DOCKER_HOST: proxy.host }), postgres.name);
    expect(forbidden).toMatchObject({
      exitCode: 1,
      state: 'failed',
      items: [
        { error: { code: 'docker-forbidden', hint: expect.stringContaining('HOLDFAST_DRILL_SCHEDULE') } },
      ],
    });
    expect(await alertsOf(holdfast)).toMatchObject([
      { code: 'drill-failed', subject: { name: postgres.name }, occurrences: 1 },
    ]);
    expect((await holdfast.run('sources')).stderr).toMatch(
      new RegExp(`open alerts? about .*${postgres.name}`),
    );
    expect((await holdfast.run('doctor')).exitCode).toBe(1);
    expect(await drill(holdfast, postgres.name)).toMatchObject({ exitCode: 0 });
    expect(await alertsOf(holdfast)).toEqual([]);
    expect(await alertsOf(holdfast, '--all')).toMatchObject([{ state: 'resolved' }]);
    expect((await holdfast.run('doctor')).exitCode).toBe(0);
  });

  test('works from the image when the container is gone', async () => {
    await postgres.remove();
    expect(await drill(holdfast, postgres.name)).toMatchObject({ exitCode: 0, state: 'succeeded' });
  });

  test('of a name that does not exist ends with 4', async () => {
    expect(await problemOf(holdfast, 'drill', 'nobody')).toMatchObject({ exitCode: 4, code: 'not-found' });
  });
});
