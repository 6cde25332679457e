import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DataPath } from '@holdfast/docker';
import { createAnonymousPipe } from '@holdfast/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Capture } from '../source.ts';
import { testContext } from '../testing/context.ts';
import { failOnLeakedContainers, type PostgresContainer, startPostgres } from '../testing/index.ts';
import { capturePostgres } from './capture.ts';
import { cleanUpPostgres } from './clean-up.ts';

failOnLeakedContainers();

/** More than fits into the pipes and sockets between pg_dump and the sink. */
const bigTable = `CREATE TABLE big AS SELECT n, repeat(md5(n::text), 40) AS filler FROM generate_series(1, 40000) n`;
const locatorOf = (server: PostgresContainer) => ({ container: { id: server.id, name: server.name } });

/** A capture whose dump has begun and now waits for a reader that does not read on. */
async function captureMidway(server: PostgresContainer, dataPath: DataPath) {
  const controller = new AbortController();
  const context = testContext({ docker: server.host, dataPath, signal: controller.signal });
  const capture: Capture = await capturePostgres(locatorOf(server), context);
  const [part] = capture.parts;
  if (part?.type !== 'stream') throw new Error('there is no stream');
  const pipe = await createAnonymousPipe();
  const descriptor = pipe.openWriteEnd();
  const reader = createReadStream('', { fd: pipe.openReadEnd(), highWaterMark: 16 * 1024 });
  const produced = part.produce({
    descriptor,
    writable: () => {
      throw new Error('not used');
    },
    signal: controller.signal,
  });
  produced.catch(() => {});
  await once(reader, 'readable');
  return {
    produced,
    operationId: context.operationId,
    cancel: () => controller.abort(),
    readOn: () => void reader.resume(),
    async close() {
      await capture.close();
      reader.destroy();
      closeSync(descriptor);
      pipe.close();
    },
  };
}

// The images have neither ps nor pkill.
const listProcesses = 'for one in /proc/[0-9]*; do tr "\\0" " " <"$one/cmdline" 2>/dev/null; echo; done';
const killDump =
  'for one in /proc/[0-9]*; do [ "$(cat "$one/comm" 2>/dev/null)" != pg_dump ] || kill -9 "${one#/proc/}"; done';

const processes = async (server: PostgresContainer) =>
  (await server.exec({ command: ['sh', '-c', listProcesses] })).stdout
    .toString()
    .split('\n')
    .filter((line) => /pg_dump|psql|holdfast/.test(line));

/** As the engine itself sees it, without an exec. */
async function dumpRuns(server: PostgresContainer): Promise<boolean> {
  const { Processes } = (await server.container.top({ ps_args: '-eo pid,comm' })) as {
    Processes: string[][];
  };
  return Processes.some((row) => row.join(' ').includes('pg_dump'));
}

const sessions = (server: PostgresContainer) =>
  server.sql(`SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'holdfast%'`);

/** The postmaster takes orphans that end by a signal for crashed backends, and restarts. */
async function expectNoRestart(server: PostgresContainer): Promise<void> {
  const log = await server.container.logs({ stdout: true, stderr: true });
  expect(log.toString('utf8')).not.toMatch(/was terminated by signal|reinitializing/);
}

async function expectNothingLeft(server: PostgresContainer): Promise<void> {
  await expect.poll(() => processes(server), { timeout: 15_000, interval: 100 }).toEqual([]);
  await expect.poll(() => sessions(server), { timeout: 15_000, interval: 100 }).toBe('0');
  await expectNoRestart(server);
}

describe.each(['direct', 'exec'] as const)('by %s, midway', (dataPath) => {
  it.each([
    ['kill -9 of the server', (server: PostgresContainer) => server.container.kill({ signal: 'SIGKILL' })],
    ['docker rm -f', (server: PostgresContainer) => server.remove()],
  ] as const)('%s rejects', async (_, act) => {
    await using server = await startPostgres({ version: '17' });
    await server.sql(bigTable);
    const midway = await captureMidway(server, dataPath);
    try {
      const acted = act(server);
      // The signal is sent by then. Engines of old notice the end of a container only when the output of its execs
      // was read, and the sink of a backup goes on reading.
      await Promise.race([acted, sleep(2_000)]);
      midway.readOn();
      await acted;
      await expect(midway.produced).rejects.toMatchObject({ name: 'HoldfastError', code: 'container-lost' });
    } finally {
      await midway.close();
    }
  });

  describe('on a server that goes on', () => {
    let server: PostgresContainer;
    beforeAll(async () => {
      server = await startPostgres({ version: '15' });
      await server.sql(bigTable);
    });
    afterAll(() => server.remove());

    it('kill -9 of pg_dump rejects', async () => {
      const midway = await captureMidway(server, dataPath);
      try {
        // The engine tells the end of no exec of a container while the output of an ended one still waits.
        const killing = server.exec({ command: ['sh', '-c', killDump] });
        await expect.poll(() => dumpRuns(server), { timeout: 15_000, interval: 100 }).toBe(false);
        midway.readOn();
        await killing;
        await expect(midway.produced).rejects.toMatchObject({ code: 'dump-failed' });
      } finally {
        await midway.close();
      }
      await expectNothingLeft(server);
    });

    it('a session that the server ends rejects, with the words of pg_dump', async () => {
      const midway = await captureMidway(server, dataPath);
      try {
        await server.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY %'`);
        midway.readOn();
        await expect(midway.produced).rejects.toMatchObject({
          code: 'dump-failed',
          message: expect.stringContaining('pg_dump: error'),
        });
      } finally {
        await midway.close();
      }
      await expectNothingLeft(server);
    });

    it('a cancel ends dump and sessions at once', async () => {
      const midway = await captureMidway(server, dataPath);
      expect(await processes(server)).not.toEqual([]);
      midway.cancel();
      await expect(midway.produced).rejects.toMatchObject({ code: 'cancelled' });
      await midway.close();
      await expectNothingLeft(server);
    });
  });
});

describe('what a killed Holdfast leaves', () => {
  let server: PostgresContainer;
  beforeAll(async () => {
    server = await startPostgres({ version: '17' });
    await server.sql(bigTable);
  });
  afterAll(() => server.remove());

  it('by exec: nothing, a moment later', async () => {
    const script = fileURLToPath(new URL('testing/capture-without-end.ts', import.meta.url));
    const child = spawn(process.execPath, [script, server.id, server.name], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect((await processes(server)).join()).toMatch(/pg_dump/);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expectNothingLeft(server);
  });

  it('a session of the dead operation is ended by the next run, others are not', async () => {
    const operationId = 'dead-operation';
    const sleeping = (name: string) =>
      server.exec({
        command: ['psql', '-U', 'postgres', '-c', 'SELECT pg_sleep(60)'],
        environment: { PGAPPNAME: name },
      });
    const dead = sleeping(`holdfast ${operationId}`);
    const other = sleeping('holdfast another');
    await expect.poll(() => sessions(server), { timeout: 15_000 }).toBe('2');
    await cleanUpPostgres(locatorOf(server), operationId, testContext({ docker: server.host }));
    expect((await dead).stderr).toMatch(/terminat/);
    expect(await sessions(server)).toBe('1');
    await cleanUpPostgres(locatorOf(server), 'another', testContext({ docker: server.host }));
    await other;
  });

  it('on a server that is gone is nothing to clean up', async () => {
    const gone = await startPostgres();
    await gone.remove();
    await cleanUpPostgres(locatorOf(gone), 'dead-operation', testContext({ docker: gone.host }));
  });
});
