import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type CuttableProxy, labS3, startCuttableProxy } from '@holdfast/destinations/testing';
import { failOnLeakedContainers, type PostgresContainer, startPostgres } from '@holdfast/sources/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BackupReport, backUp, reportOf } from '../support/backup-report.ts';
import { heldSequence, holdDump } from '../support/held-dump.ts';
import { freshHoldfast, type Holdfast, type Running } from '../support/holdfast.ts';
import {
  descendants,
  type FoundProcess,
  inNamespaceOf,
  isProgram,
  withEnvironment,
} from '../support/processes.ts';
import { addS3Destination, labPlace } from '../support/s3-destination.ts';
import { makeSmallDisk } from '../support/small-disk.ts';
import {
  localRepository,
  snapshotFiles,
  stockRestic,
  stockSnapshots,
  teamKey,
} from '../support/stock-restic.ts';
import { until } from '../support/until.ts';

/**
 * Whatever dies in the middle of a backup: its end is a definite one, no snapshot exists, nothing is left running or
 * lying about, and the next backup succeeds by itself.
 */

failOnLeakedContainers();

const database = 'shop';
/** About 10 MB in a repository: half of what the dump has. */
const rows =
  'CREATE TABLE goods AS SELECT i, gen_random_bytes(1000) AS stuff FROM generate_series(1, 10000) AS i';

let postgres: PostgresContainer;
beforeAll(async () => {
  postgres = await startPostgres({
    environment: { POSTGRES_PASSWORD: "a 'secret' $(password)", POSTGRES_DB: database },
  });
  await postgres.sql(`CREATE EXTENSION pgcrypto; ${heldSequence}; ${rows}`, database);
});
afterAll(() => postgres?.remove());

describe.each(['direct', 'exec'] as const)('on the data path %s', (dataPath) => {
  /** Where Holdfast and its children put what they need for a moment. */
  let temporary: string;
  let holdfast: Holdfast;

  beforeAll(async () => {
    temporary = await mkdtemp(path.join(tmpdir(), 'holdfast-faults-'));
    holdfast = await freshHoldfast(postgres.name, {
      HOLDFAST_DATA_PATH: dataPath,
      HOLDFAST_STORAGE_WAIT_SECONDS: '5',
      TMPDIR: temporary,
    });
  });
  afterAll(async () => {
    await holdfast[Symbol.asyncDispose]();
    await rm(temporary, { recursive: true, force: true });
  });

  async function processesInContainer(): Promise<FoundProcess[]> {
    return inNamespaceOf((await postgres.details()).pid);
  }

  async function expectNothingLeft() {
    await until('no process of Holdfast is left', async () => {
      return (await withEnvironment(holdfast.dataDirectory)).length === 0;
    });
    await until('no client is left in the container', async () => {
      const left = await processesInContainer();
      return !left.some((one) =>
        ['pg_dump', 'pg_dumpall', 'psql', 'sh'].some((name) => isProgram(one, name)),
      );
    });
    const sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name ILIKE '%holdfast%'";
    await until('no session is left', async () => (await postgres.sql(sessions)) === '0');
    expect(await readdir(temporary)).toEqual([]);
  }

  function expectFailure(report: BackupReport, code: string) {
    expect(report).toMatchObject({
      exitCode: 1,
      state: 'failed',
      items: [{ state: 'failed', error: { code } }],
    });
    expect(report.items[0]?.snapshotId).toBeUndefined();
  }

  describe('something dies', () => {
    let before: string[];
    let key: string;

    beforeAll(async () => {
      // The repository exists before the fault, as it does on every day but the first.
      expect(await backUp(holdfast, postgres.name)).toMatchObject({ exitCode: 0, items: [{ dataPath }] });
      key = await teamKey(holdfast);
    });
    beforeEach(async () => {
      before = await snapshotFiles(repository());
      expect(before).not.toEqual([]);
    });
    afterAll(async () => {
      await stockRestic(repository(), key, ['check', '--no-lock']);
    });

    const repository = () => localRepository(holdfast, postgres.name);

    /** A backup that stands in the middle of its stream. */
    async function startHeld(): Promise<
      AsyncDisposable & { running: Running; release: () => Promise<void> }
    > {
      const held = await holdDump(postgres, database);
      const running = holdfast.start('backup', postgres.name, '--json');
      await held.reached();
      return { running, release: held.release, [Symbol.asyncDispose]: held.release };
    }

    /** Nothing of the failed backup is left, and the next one needs no help. */
    async function expectRecovery() {
      expect(await snapshotFiles(repository())).toEqual(before);
      expect(await backUp(holdfast, postgres.name)).toMatchObject({ exitCode: 0, state: 'succeeded' });
      const made = (await stockSnapshots(repository(), key)).filter(({ id }) => !before.includes(id));
      expect(made.flatMap(({ paths }) => paths).toSorted()).toEqual(['/manifest.tar', `/${database}.dump`]);
      expect(await readdir(path.join(repository(), 'locks'))).toEqual([]);
      await expectNothingLeft();
    }

    test('kill -9 of pg_dump', async () => {
      await using held = await startHeld();
      const dump = (await processesInContainer()).find((one) => isProgram(one, 'pg_dump'));
      process.kill(dump?.pid ?? Number.NaN, 'SIGKILL');
      expectFailure(await reportOf(held.running), 'dump-failed');
      await held.release();
      await expectRecovery();
    });

    test('kill -9 of restic', async () => {
      await using held = await startHeld();
      const restic = (await descendants(held.running.pid)).find((one) => isProgram(one, 'restic'));
      process.kill(restic?.pid ?? Number.NaN, 'SIGKILL');
      expectFailure(await reportOf(held.running), 'engine-failed');
      await held.release();
      await expectRecovery();
    });

    test('kill -9 of Holdfast', async () => {
      await using held = await startHeld();
      process.kill(held.running.pid, 'SIGKILL');
      expect((await held.running.outcome).stdout).toBe('');
      await until('restic is gone, too', async () => {
        return !(await withEnvironment(holdfast.dataDirectory)).some((one) => isProgram(one, 'restic'));
      });
      expect(await snapshotFiles(repository())).toEqual(before);
      // It waits for its lock in the database, and must not wait on alone.
      await until('the dump is gone, too', async () => {
        return !(await processesInContainer()).some((one) => isProgram(one, 'pg_dump'));
      });
      await held.release();
      await expectRecovery();
      const { answer } = await holdfast.json('operations');
      expect(answer).toContainEqual(
        expect.objectContaining({
          state: 'interrupted',
          error: expect.objectContaining({ code: 'interrupted' }),
        }),
      );
    });

    test('kill -9 of a process of the server, which makes the server recover from a crash', async () => {
      await using held = await startHeld();
      const backend = await postgres.sql(
        "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND backend_type = 'client backend'",
      );
      await postgres.exec({ command: ['sh', '-c', `kill -KILL ${Number(backend)}`], user: 'root' });
      expectFailure(await reportOf(held.running), 'dump-failed');
      await held.release();
      await postgres.ready();
      await expectRecovery();
    });

    test('kill -9 of the database', async () => {
      await using held = await startHeld();
      process.kill((await postgres.details()).pid, 'SIGKILL');
      expectFailure(await reportOf(held.running), 'container-lost');
      await held.release();
      await postgres.container.start();
      await postgres.ready();
      await expectRecovery();
    });

    test('docker kill of the container', async () => {
      await using held = await startHeld();
      await postgres.container.kill();
      expectFailure(await reportOf(held.running), 'container-lost');
      await held.release();
      await postgres.container.start();
      await postgres.ready();
      await expectRecovery();
    });

    test('the person cancels with Ctrl-C', async () => {
      await using held = await startHeld();
      held.running.kill('SIGINT');
      expect(await reportOf(held.running)).toMatchObject({
        exitCode: 1,
        state: 'cancelled',
        items: [{ state: 'cancelled', error: { code: 'cancelled' } }],
      });
      await held.release();
      await expectRecovery();
    });
  });

  test('a full destination', async () => {
    await using disk = await makeSmallDisk(6);
    const destination = `full-${dataPath}`;
    await holdfast.json('destinations', 'add', destination, '--kind', 'local', '--set', `path=${disk.path}`);
    const backup = () => backUp(holdfast, postgres.name, '--destination', destination);
    const repository = path.join(disk.path, 'restic', postgres.name);

    expectFailure(await backup(), 'destination-full');
    expect(await snapshotFiles(repository)).toEqual([]);
    await expectNothingLeft();

    await disk.grow(64);
    expect(await backup()).toMatchObject({ exitCode: 0, state: 'succeeded' });
    expect(await stockSnapshots(repository, await teamKey(holdfast))).toHaveLength(2);
  });

  describe('a cut network', () => {
    let proxy: CuttableProxy;
    beforeAll(async () => {
      const { hostname, port } = new URL(labS3('S3').endpoint);
      proxy = await startCuttableProxy({ host: hostname, port: Number(port) });
    });
    afterAll(() => proxy?.close());
    afterEach(() => proxy.mend());

    test('to S3', async () => {
      const place = labPlace();
      const destination = `cut-${dataPath}`;
      const settings = { ...place, endpoint: `http://${proxy.address}` };
      const added = await addS3Destination(holdfast, destination, settings, place.secretAccessKey.reveal());
      expect(added.exitCode, added.stdout).toBe(0);
      const key = await teamKey(holdfast);
      const stored = () => stockSnapshots(place.repository(postgres.name), key, place.credentials);

      proxy.slow(1_000_000);
      const running = holdfast.start('backup', postgres.name, '--destination', destination, '--json');
      await proxy.sent(proxy.bytesSent + 2_000_000);
      await proxy.cut();
      expectFailure(await reportOf(running), 'destination-unreachable');
      expect(await stored()).toEqual([]);
      await expectNothingLeft();

      await proxy.mend();
      const next = await backUp(holdfast, postgres.name, '--destination', destination);
      expect(next).toMatchObject({ exitCode: 0, state: 'succeeded' });
      expect(await stored()).toHaveLength(2);
    });
  });
});
