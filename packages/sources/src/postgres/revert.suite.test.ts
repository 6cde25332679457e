import { randomUUID } from 'node:crypto';
import { createDockerHost } from '@holdfast/docker';
import { labDockerHost, startLabContainer } from '@holdfast/docker/testing';
import { silentReporter } from '@holdfast/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failOnLeakedContainers, type PostgresContainer, startPostgres } from '../testing/index.ts';
import { testRunLabels } from '../testing/leaked-containers.ts';
import { connectServer } from './connect.ts';
import { examinePostgres, untilPostgresReady } from './readiness.ts';
import { restoreServer } from './restore.ts';
import { revertPostgres } from './revert.ts';
import { type DumpedSnapshot, dumpServer } from './testing/dumped-snapshot.ts';
import { connect } from './testing/restore-session.ts';

failOnLeakedContainers();

const names = `SELECT string_agg(datname, ',' ORDER BY datname) FROM pg_database WHERE datname !~ '^template'`;

describe('undoing a restore', () => {
  let container: PostgresContainer;
  let snapshot: DumpedSnapshot;

  beforeAll(async () => {
    container = await startPostgres({ version: '17' });
    for (const database of ['kept', 'lost']) {
      await container.sql(`CREATE DATABASE ${database}`);
      await container.sql('CREATE TABLE things AS SELECT generate_series(1, 1000) AS id', database);
    }
    snapshot = await dumpServer(container, (await connect(container)).connected, ['kept', 'lost']);
  });
  afterAll(async () => {
    await snapshot?.[Symbol.asyncDispose]();
    await container?.remove();
  });

  it('gives what was there its names back, removes what is new, and may be repeated', async () => {
    await container.sql('DELETE FROM things WHERE id > 10', 'kept');
    await container.sql('DROP DATABASE lost');
    const before = await container.sql(names);
    const { connected, context } = await connect(container);
    const report = await restoreServer(connected, snapshot.request({ mode: 'swap' }), context);
    expect(await container.sql('SELECT count(*) FROM things', 'kept')).toBe('1000');
    const locator = { container: { id: container.id, name: container.name } };
    for (let run = 0; run < 2; run++) {
      await revertPostgres(locator, report, { ...context, operationId: randomUUID() });
      expect(await container.sql(names)).toBe(before);
      expect(await container.sql('SELECT count(*) FROM things', 'kept')).toBe('10');
    }
  });

  it('leaves the restored database in place when the one that was kept is gone', async () => {
    const { connected, context } = await connect(container);
    const report = await restoreServer(connected, snapshot.request({ mode: 'swap', part: 'kept' }), context);
    await container.sql(`DROP DATABASE "${report.previous[0]}"`);
    const locator = { container: { id: container.id, name: container.name } };
    await revertPostgres(locator, report, { ...context, operationId: randomUUID() });
    expect(await container.sql('SELECT count(*) FROM things', 'kept')).toBe('1000');
  });

  it('says what is there, with sizes', async () => {
    const { context } = await connect(container);
    const state = await examinePostgres({ container: { id: container.id, name: container.name } }, context);
    expect(state.holds).toContainEqual({ name: 'kept', bytes: expect.any(Number) });
    expect(state.versions['postgresql']).toMatch(/^17\./);
  });
});

describe('waiting for a server', () => {
  function contextFor(timeoutMs: number) {
    return {
      docker: createDockerHost({ host: labDockerHost() }),
      dataPath: 'exec' as const,
      operationId: randomUUID(),
      reporter: silentReporter,
      signal: AbortSignal.timeout(timeoutMs),
    };
  }

  it('is not content with the passing server of the first start', async () => {
    const slowFirstStart = "printf 'SELECT pg_sleep(3);' >/docker-entrypoint-initdb.d/wait.sql";
    const lab = await startLabContainer({
      Image: 'postgres:17',
      Env: ['POSTGRES_PASSWORD=a test password'],
      Labels: { ...testRunLabels },
      Entrypoint: ['bash', '-c', `mkdir -p /docker-entrypoint-initdb.d; ${slowFirstStart}; exec "$0" "$@"`],
      Cmd: ['docker-entrypoint.sh', 'postgres'],
    });
    try {
      const context = contextFor(60_000);
      const locator = { container: { id: lab.id, name: lab.name } };
      await untilPostgresReady(locator, context);
      const { server } = await connectServer(locator, context);
      const answer = await server.runner.run({
        command: ['pg_isready', '-q', '-h', '127.0.0.1'],
        timeoutMs: 10_000,
      });
      expect(answer.exitCode).toBe(0);
    } finally {
      await lab[Symbol.asyncDispose]();
    }
  });

  it('gives up when the time is over, and at once when the container ended', async () => {
    const lab = await startLabContainer({
      Image: 'postgres:17',
      Labels: { ...testRunLabels },
      Entrypoint: ['sleep'],
      Cmd: ['600'],
    });
    try {
      const locator = { container: { id: lab.id, name: lab.name } };
      await expect(untilPostgresReady(locator, contextFor(1_500))).rejects.toMatchObject({
        code: 'container-unhealthy',
      });
      await lab.container.stop({ t: 0 });
      await expect(untilPostgresReady(locator, contextFor(30_000))).rejects.toMatchObject({
        code: 'container-not-running',
      });
    } finally {
      await lab[Symbol.asyncDispose]();
    }
  });
});
