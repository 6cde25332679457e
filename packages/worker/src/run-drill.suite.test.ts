import { randomUUID } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Manifest } from '@holdfast/contracts';
import { createDockerHost, type DockerHost } from '@holdfast/docker';
import { labDockerHost } from '@holdfast/docker/testing';
import { createResticEngine } from '@holdfast/engine';
import { openResticLab, type ResticLab } from '@holdfast/engine/testing';
import { HoldfastError, silentReporter } from '@holdfast/runtime';
import { type SourceKind, sourceKind } from '@holdfast/sources';
import { failOnLeakedContainers, type PostgresContainer, startPostgres } from '@holdfast/sources/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { drillLabel } from './drill/throwaway-definition.ts';
import { runBackup } from './run-backup.ts';
import { type DrillJob, type DrillOutcome, purgeDrills, runDrill } from './run-drill.ts';
import type { SnapshotInRepository } from './run-restore.ts';

failOnLeakedContainers();

const instance = `test-${randomUUID()}`;
const docker = createDockerHost({ host: labDockerHost(), instance });
const engine = createResticEngine({});
const gib = 1024 ** 3;
let lab: ResticLab;
let folder: string;

beforeAll(async () => {
  lab = await openResticLab();
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-drill-test-'));
});
afterAll(async () => {
  expect(await throwaways()).toEqual([]);
  await lab.close();
  await rm(folder, { recursive: true, force: true });
});

async function throwaways() {
  return (await docker.list()).filter(({ labels }) => labels[drillLabel] === instance);
}

function portsOf(kind: SourceKind<unknown>, host: DockerHost = docker) {
  return { engine, kind, docker: host, now: () => new Date() };
}

interface Stored extends SnapshotInRepository {
  readonly manifest: Manifest;
  readonly source: DrillJob['source'];
}

async function backUp(
  kind: SourceKind<unknown>,
  locator: unknown,
  container?: PostgresContainer,
): Promise<Stored> {
  const repository = lab.repository(randomUUID());
  await engine.initialise(repository);
  const source = {
    id: randomUUID(),
    name: 'shop',
    kind: kind.kind,
    environment: 'shop',
    ...(container === undefined
      ? {}
      : { container: container.name, image: (await container.details()).image }),
  };
  const { manifest, manifestResticId } = await runBackup(
    {
      operationId: randomUUID(),
      snapshotId: randomUUID(),
      version: '0',
      dataPath: 'auto',
      locator,
      source,
      repository,
    },
    portsOf(kind),
    { reporter: silentReporter, signal: new AbortController().signal, onLeftBehind: () => undefined },
  );
  return { manifest, manifestResticId, repository, source };
}

interface Around {
  readonly signal?: AbortSignal;
  readonly onStep?: (step: string) => void;
  readonly limits?: Partial<DrillJob['limits']>;
  readonly kind?: SourceKind<unknown>;
}

function drill(
  stored: Stored,
  container?: DrillJob['container'],
  around: Around = {},
): Promise<DrillOutcome> {
  const kind = around.kind ?? sourceKind(stored.source.kind);
  const job: DrillJob = {
    operationId: randomUUID(),
    dataPath: 'auto',
    ...stored,
    ...(container === undefined ? {} : { container }),
    places: { instance, folder: path.join(folder, 'drills') },
    limits: { memoryBytes: gib, cpus: 1, timeMs: 300_000, ...around.limits },
  };
  return runDrill(job, portsOf(kind), {
    reporter: { ...silentReporter, step: around.onStep ?? (() => undefined) },
    signal: around.signal ?? new AbortController().signal,
  });
}

/** The kind with another manifest in front of its restore, as if something had been lost on the way. */
function withManifest(
  kind: SourceKind<unknown>,
  change: (manifest: Manifest) => Manifest,
): SourceKind<unknown> {
  return {
    ...kind,
    restore: (locator, request, context) =>
      kind.restore(locator, { ...request, manifest: change(request.manifest) }, context),
  };
}

const rawSchema = z.object({
  Config: z.object({ Env: z.array(z.string()), Cmd: z.array(z.string()) }),
  HostConfig: z.object({
    NetworkMode: z.string(),
    Memory: z.number(),
    MemorySwap: z.number(),
    NanoCpus: z.number(),
    PidsLimit: z.number(),
    CapDrop: z.array(z.string()),
    CapAdd: z.array(z.string()),
    SecurityOpt: z.array(z.string()),
    Tmpfs: z.record(z.string(), z.string()),
    Privileged: z.boolean(),
    PortBindings: z.record(z.string(), z.unknown()).nullable(),
  }),
  NetworkSettings: z.object({ Networks: z.record(z.string(), z.object({ IPAddress: z.string() })) }),
  Mounts: z.array(z.object({ Type: z.string(), Destination: z.string(), RW: z.boolean() })),
});

const fill = `CREATE EXTENSION pg_stat_statements; CREATE ROLE keeper LOGIN; CREATE SCHEMA "odd ""schema";
  CREATE TABLE "odd ""schema"."the table" AS SELECT i, md5(i::text) AS word FROM generate_series(1, 2500) AS i;
  ALTER TABLE "odd ""schema"."the table" OWNER TO keeper;
  CREATE TABLE orders AS SELECT i AS id, now() AS placed, i * 1.1::float8 AS price FROM generate_series(1, 1000) AS i;
  SELECT lo_from_bytea(0, 'large');`;

describe.each(['15', '17'] as const)('a PostgreSQL %s drill', (version) => {
  let postgres: PostgresContainer;
  let stored: Stored;
  const kind = sourceKind('postgres');

  beforeAll(async () => {
    const settings = path.join(folder, `extra-${version}.conf`);
    await writeFile(settings, '# settings of a person\n', { mode: 0o644 });
    postgres = await startPostgres({
      version,
      environment: {
        POSTGRES_USER: 'shop keeper',
        POSTGRES_PASSWORD: 'the real password',
        POSTGRES_DB: 'shop',
      },
      command: ['-c', 'shared_preload_libraries=pg_stat_statements'],
      hostConfig: { Binds: [`${settings}:/etc/postgresql/extra.conf:rw`, '/tmp:/srv/everything:rw'] },
    });
    await postgres.sql(fill, 'shop');
    stored = await backUp(kind, { container: { id: postgres.id, name: postgres.name } }, postgres);
  });
  afterAll(() => postgres?.remove());

  it('restores into a throwaway that is shut in, and finds everything equal', async () => {
    let looked: Promise<unknown> | undefined;
    const outcome = await drill(stored, postgres, {
      onStep: (step) => {
        if (step !== 'restoring') return;
        looked = throwaways().then(([one]) => docker.resources.rawContainer(one?.id ?? ''));
      },
    });
    expect(outcome.counts).toEqual(stored.manifest.counts);
    expect(outcome.counts['rows/shop/public.orders']).toBe(1000);
    expect(outcome.hashes).toEqual(stored.manifest.hashes);
    expect(Object.keys(outcome.hashes)).toHaveLength(2);
    expect(outcome.durationMs).toBeGreaterThan(0);
    expect(await throwaways()).toEqual([]);

    const { Config, HostConfig, NetworkSettings, Mounts } = rawSchema.parse(await looked);
    expect(HostConfig).toMatchObject({
      NetworkMode: 'none',
      NanoCpus: 1e9,
      PidsLimit: 1024,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Privileged: false,
    });
    expect(HostConfig.MemorySwap).toBe(HostConfig.Memory);
    expect(HostConfig.Memory).toBeGreaterThanOrEqual(gib);
    expect(HostConfig.CapAdd.map((one) => one.replace('CAP_', ''))).toEqual([
      'CHOWN',
      'DAC_OVERRIDE',
      'FOWNER',
      'SETGID',
      'SETUID',
    ]);
    expect(HostConfig.Tmpfs['/var/lib/postgresql/data']).toMatch(/size=\d+/);
    expect(HostConfig.PortBindings ?? {}).toEqual({});
    expect(NetworkSettings.Networks).toEqual({ none: expect.objectContaining({ IPAddress: '' }) });
    // The file with settings came along, read-only; the folder that the original may write did not.
    expect(Mounts.filter(({ Type }) => Type === 'bind')).toEqual([
      { Type: 'bind', Destination: '/etc/postgresql/extra.conf', RW: false },
    ]);
    expect(Config.Cmd).toContain('shared_preload_libraries=pg_stat_statements');
    expect(JSON.stringify(Config.Env)).not.toContain('the real password');
  });

  it('has no network: not even an address to start from', async () => {
    let looked: Promise<string> | undefined;
    await drill(stored, postgres, {
      onStep: (step) => {
        if (step !== 'restoring') return;
        looked = throwaways()
          .then(([one]) => docker.exec(one?.id ?? '', { command: ['cat', '/proc/net/dev'] }))
          .then(({ stdout }) => stdout.toString());
      },
    });
    const interfaces = (await looked)?.split('\n').flatMap((line) => /^\s*(\w+):/.exec(line)?.[1] ?? []);
    expect(interfaces).toEqual(['lo']);
  });

  it('fails when a count differs, and leaves nothing', async () => {
    const tampered = withManifest(kind, (manifest) => ({
      ...manifest,
      counts: { ...manifest.counts, 'rows/shop/public.orders': 999 },
    }));
    await expect(drill(stored, postgres, { kind: tampered })).rejects.toMatchObject({
      code: 'restore-verification-failed',
      message: expect.stringContaining('"public"."orders" has 1000, had 999'),
    });
    expect(await throwaways()).toEqual([]);
  });

  it('fails when the content of a table differs, though it has as many rows', async () => {
    const tampered = withManifest(kind, (manifest) => ({
      ...manifest,
      hashes: { ...manifest.hashes, 'rows/shop/public.orders': 'md5-sum-1:1' },
    }));
    await expect(drill(stored, postgres, { kind: tampered })).rejects.toMatchObject({
      code: 'restore-verification-failed',
      message: expect.stringContaining('"public"."orders"'),
    });
    expect(await throwaways()).toEqual([]);
  });

  it('fails when something that was counted is not looked at', async () => {
    const forgetful = withManifest(kind, ({ counts, ...manifest }) => ({
      ...manifest,
      counts: Object.fromEntries(Object.entries(counts).filter(([key]) => !key.includes('orders'))),
    }));
    await expect(drill(stored, postgres, { kind: forgetful })).rejects.toMatchObject({
      code: 'restore-verification-failed',
      message: expect.stringContaining('rows/shop/public.orders'),
    });
  });

  it('is over when it is cancelled, or takes too long, and leaves nothing', async () => {
    const controller = new AbortController();
    const cancelled = drill(stored, postgres, {
      signal: controller.signal,
      onStep: (step) => {
        if (step === 'waiting for the throwaway server')
          controller.abort(new HoldfastError('cancelled', 'by hand'));
      },
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    await expect(drill(stored, postgres, { limits: { timeMs: 1500 } })).rejects.toMatchObject({
      code: 'timed-out',
    });
    expect(await throwaways()).toEqual([]);
  });

  it('says what the throwaway said when it ends by itself', async () => {
    const broken: SourceKind<unknown> = {
      ...kind,
      drill: {
        into: 'container',
        rehearse: (original, manifest) => {
          if (kind.drill?.into !== 'container') throw new Error('not a container');
          return {
            ...kind.drill.rehearse(original, manifest),
            command: ['sh', '-c', 'echo it went wrong >&2; exit 3'],
          };
        },
      },
    };
    await expect(drill(stored, postgres, { kind: broken })).rejects.toMatchObject({
      code: 'container-lost',
      message: expect.stringMatching(/exit code 3.*it went wrong/),
    });
    expect(await throwaways()).toEqual([]);
  });

  it('works from the image alone when the container is gone, and says so when that is gone, too', async () => {
    const gone = { id: 'f'.repeat(64), name: 'gone-for-good' };
    let looked: Promise<unknown> | undefined;
    const outcome = await drill(stored, gone, {
      onStep: (step) => {
        if (step !== 'restoring') return;
        looked = throwaways().then(([one]) => docker.resources.rawContainer(one?.id ?? ''));
      },
    });
    expect(outcome.counts).toEqual(stored.manifest.counts);
    // What was preloaded by the command of the original is in the manifest.
    expect(rawSchema.parse(await looked).Config.Cmd).toContain('shared_preload_libraries=pg_stat_statements');
    const reference = withImage(stored, 'holdfast-lab/never-was:1');
    await expect(drill(await reference, gone)).rejects.toMatchObject({
      code: 'image-missing',
      message: expect.stringContaining('holdfast-lab/never-was:1'),
    });
  });

  async function withImage(from: Stored, image: string): Promise<Stored> {
    const taken = await backUp(
      kind,
      { container: { id: postgres.id, name: postgres.name } },
      {
        ...postgres,
        details: async () => ({ ...(await postgres.details()), image }),
      },
    );
    return { ...from, ...taken };
  }
});

describe('a drill into a folder', () => {
  const kind = sourceKind('sqlite');

  it('restores a SQLite file, is gone afterwards, and leaves the original alone', async () => {
    const file = path.join(folder, 'app.db');
    const database = new DatabaseSync(file);
    database.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)');
    const stored = await backUp(kind, { path: file });
    database.exec('DELETE FROM t');
    let during: string[] = [];
    const outcome = await drill(stored, undefined, {
      onStep: (step) => {
        if (step === 'verifying') during = drillFolders();
      },
    });
    expect(outcome.counts).toEqual({ 'main.t': 3 });
    expect(Object.keys(outcome.hashes)).toHaveLength(1);
    expect(during).toHaveLength(1);
    expect(during[0]).toMatch(/ 700$/);
    expect(drillFolders()).toEqual([]);
    expect(database.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 0 });
    database.close();
  });

  it('fails when one byte of what was stored differs', async () => {
    const file = path.join(folder, 'other.db');
    const database = new DatabaseSync(file);
    database.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    database.close();
    const stored = await backUp(kind, { path: file });
    if (kind.drill?.into !== 'folder') throw new Error('not into a folder');
    const original = kind.drill;
    const tampered: SourceKind<unknown> = {
      ...kind,
      drill: {
        into: 'folder',
        restore: (target, request, context) => {
          const hashes = Object.fromEntries(
            Object.keys(request.manifest.hashes ?? {}).map((key) => [key, 'sha256:0']),
          );
          return original.restore(target, { ...request, manifest: { ...request.manifest, hashes } }, context);
        },
      },
    };
    await expect(drill(stored, undefined, { kind: tampered })).rejects.toMatchObject({
      code: 'restore-verification-failed',
    });
    expect(drillFolders()).toEqual([]);
  });

  it('keeps a folder closed to others whatever mode its original has', async () => {
    const original = path.join(folder, 'uploads');
    await mkdir(original);
    await writeFile(path.join(original, 'file'), 'private');
    await chmod(original, 0o777);
    const files = sourceKind('directory');
    const stored = await backUp(files, { path: original });
    let during: string[] = [];
    const outcome = await drill(stored, undefined, {
      kind: {
        ...files,
        drill: {
          into: 'folder',
          restore: async (target, request, context) => {
            if (files.drill?.into !== 'folder') throw new Error('not into a folder');
            const report = await files.drill.restore(target, request, context);
            during = drillFolders();
            return report;
          },
        },
      },
    });
    expect(outcome.counts).toEqual(stored.manifest.counts);
    expect(during).toEqual([expect.stringMatching(/ 700$/)]);
    expect(drillFolders()).toEqual([]);
  });

  /** With their modes. */
  function drillFolders(): string[] {
    const shared = readdirSync('/dev/shm').filter((name) => name.includes(instance));
    return shared.map((name) => `${name} ${(statSync(`/dev/shm/${name}`).mode & 0o777).toString(8)}`);
  }
});

describe('what a dead drill left', () => {
  it('is purged: containers and folders of this Holdfast only', async () => {
    const made = async (owner: string) => {
      const id = await docker.lifecycle.create(`holdfast-test-${randomUUID().slice(0, 8)}`, {
        Image: 'postgres:17',
        Env: ['POSTGRES_HOST_AUTH_METHOD=trust'],
        Labels: { [drillLabel]: owner },
      });
      await docker.lifecycle.start(id);
      return id;
    };
    const [mine, other] = [await made(instance), await made(`${instance}-other`)];
    const places = { instance, folder: path.join(folder, 'left') };
    const shared = `/dev/shm/holdfast-drill-${instance}-dead`;
    await writeFile(shared, 'cleartext');
    try {
      expect(await purgeDrills(places, docker)).toBe(2);
      await expect(docker.inspect(mine)).rejects.toMatchObject({ code: 'container-not-found' });
      expect((await docker.inspect(other)).state).toBe('running');
      expect((await readdir('/dev/shm')).filter((name) => name.includes(instance))).toEqual([]);
    } finally {
      await docker.lifecycle.remove(other);
    }
  });
});
