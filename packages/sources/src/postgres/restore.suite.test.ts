import { readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { failOnLeakedContainers, type PostgresContainer, startPostgres } from '../testing/index.ts';
import { readDatabaseProperties } from './database-properties.ts';
import { restoreServer } from './restore.ts';
import { dumpServer } from './testing/dumped-snapshot.ts';
import { type Fingerprint, fingerprint } from './testing/fingerprint.ts';
import { connect } from './testing/restore-session.ts';

failOnLeakedContainers();

/** Nine databases, each dumped, restored and compared several times. */
vi.setConfig({ testTimeout: 600_000 });

const databases = [
  'sink',
  'german',
  'latin',
  'unicode',
  'model',
  'defiant',
  'postgres',
  'postgresql://x:y@h/d?application_name=a=b',
  `--help -x $(id) 'q' "d"\nlínea \\\\ %s`,
] as const;

/** One of the databases is made to refuse work. */
const overrides = 'SET statement_timeout = 0; SET role = none; SET default_transaction_read_only = off;';

const read = (name: string) => readFile(new URL(`testing/${name}`, import.meta.url), 'utf8');

async function fill(container: PostgresContainer): Promise<void> {
  await container.sql(await read('kitchen-sink-roles.sql'));
  await container.sql(await read('kitchen-sink-databases.sql'));
  await container.sql(await read('kitchen-sink.sql'), 'sink');
  for (const database of databases) {
    if (database === 'sink') continue;
    await container.sql(
      `${overrides} CREATE TABLE public.words (word text UNIQUE); INSERT INTO public.words VALUES ('Äpfel'), ('Zebra'), ('öde'), ('a'), ('B');`,
      database,
    );
  }
}

async function fingerprints(container: PostgresContainer): Promise<Record<string, Fingerprint>> {
  const result: Record<string, Fingerprint> = {};
  for (const database of databases) result[database] = await fingerprint(container, database);
  return result;
}

async function damage(container: PostgresContainer): Promise<void> {
  for (const database of databases) {
    if (database !== 'sink') await container.sql(`${overrides} DELETE FROM public.words`, database);
  }
  await container.sql(
    `DROP TABLE public.orders, public.cyclic_a, public.cyclic_b; DROP EXTENSION citext CASCADE;
     SELECT lo_unlink(70001)`,
    'sink',
  );
}

describe.each([
  { version: '15', dataPath: 'exec' },
  { version: '17', dataPath: 'direct' },
] as const)('a server of PostgreSQL $version by the data path $dataPath', ({ version, dataPath }) => {
  it('comes back equal in everything: data, definitions, databases, and roles on a fresh server', async () => {
    await using container = await startPostgres({ version });
    await fill(container);
    const before = await fingerprints(container);
    const { connected, context } = await connect(container, { dataPath });
    await using snapshot = await dumpServer(container, connected, databases);
    await damage(container);

    const report = await restoreServer(connected, snapshot.request(), context);

    expect(report.restored).toEqual(databases);
    expect(report.previous).toHaveLength(databases.length);
    expect(report.verified).toEqual(snapshot.manifest.counts);
    expect(report.warnings).toEqual([]);
    expect(await fingerprints(container)).toEqual(before);

    await using fresh = await startPostgres({ version });
    const other = await connect(fresh, { dataPath });
    const again = await restoreServer(other.connected, snapshot.request(), other.context);
    expect(again.warnings).toEqual([]);
    // Only the database that the entrypoint makes was there before.
    expect(again.previous).toEqual([expect.stringMatching(/^postgres_before_/)]);
    expect(await fingerprints(fresh)).toEqual(before);
    const globals = { command: ['pg_dumpall', '--globals-only', '-U', 'postgres'] } as const;
    const rolesOf = async (one: PostgresContainer) => {
      const { stdout } = await one.exec(globals);
      // The password of the superuser is the fresh server's own.
      return stdout.toString('utf8').replaceAll(/^\\.*$|(?<=ROLE postgres .*PASSWORD ).*$/gm, '');
    };
    expect(await rolesOf(fresh)).toEqual(await rolesOf(container));
  });
});

describe('between major versions', () => {
  it('restores a snapshot of 15 into 17, and refuses one of 17 for 15 before anything is changed', async () => {
    await using older = await startPostgres({ version: '15' });
    await using newer = await startPostgres({ version: '17' });
    await fill(older);
    const from = await connect(older);
    const into = await connect(newer);
    await using snapshot = await dumpServer(older, from.connected, databases);

    const report = await restoreServer(into.connected, snapshot.request(), into.context);
    expect(report.verified).toEqual(snapshot.manifest.counts);
    for (const database of databases) {
      const { contents } = await fingerprint(older, database);
      expect((await fingerprint(newer, database)).contents).toEqual(contents);
      expect(await readDatabaseProperties(into.connected.server, database)).toEqual(
        await readDatabaseProperties(from.connected.server, database),
      );
    }

    await using snapshotOfNewer = await dumpServer(newer, into.connected, ['german']);
    const listed = 'SELECT array_agg(oid::text || datname ORDER BY oid) FROM pg_database';
    const before = await older.sql(listed);
    await expect(
      restoreServer(from.connected, snapshotOfNewer.request(), from.context),
    ).rejects.toMatchObject({ code: 'restore-target-older', message: expect.stringContaining('17') });
    expect(await older.sql(listed)).toEqual(before);
  });
});
