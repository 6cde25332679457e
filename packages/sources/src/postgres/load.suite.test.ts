import { readdir } from 'node:fs/promises';
import { HoldfastError } from '@holdfast/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PartReader } from '../source.ts';
import { failOnLeakedContainers, type PostgresContainer, startPostgres } from '../testing/index.ts';
import { loadFromMemory, loadFromPipe } from './load-descriptor.ts';
import { type LoadContext, loadFromStream } from './load-stream.ts';
import type { PostgresServer } from './psql.ts';
import { distrustedReader } from './testing/broken-readers.ts';
import { type DumpedSnapshot, dumpServer } from './testing/dumped-snapshot.ts';
import { connect } from './testing/restore-session.ts';

failOnLeakedContainers();

let container: PostgresContainer;
let snapshot: DumpedSnapshot;
let server: PostgresServer;
let context: LoadContext;
let reader: PartReader;

beforeAll(async () => {
  container = await startPostgres({ version: '17' });
  await container.sql(
    `CREATE TABLE a AS SELECT i, md5(i::text) FROM generate_series(1, 30000) i; CREATE INDEX ON a (md5); CREATE TABLE b AS TABLE a;
     ALTER TABLE a ADD PRIMARY KEY (i); ALTER TABLE b ADD FOREIGN KEY (i) REFERENCES a;`,
  );
  const session = await connect(container, { dataPath: 'direct' });
  server = session.connected.server;
  context = session.context;
  snapshot = await dumpServer(container, session.connected, ['postgres']);
  const [first] = snapshot.parts;
  if (first === undefined) throw new Error('the snapshot has no part');
  reader = first;
});

afterAll(async () => {
  await snapshot[Symbol.asyncDispose]();
  await container.remove();
});

describe.each([
  ['a stream', loadFromStream],
  ['a pipe', loadFromPipe],
  [
    'memory, by two sessions',
    (to: PostgresServer, database: string, from: PartReader, within: LoadContext) =>
      loadFromMemory(to, database, from, 2, within),
  ],
] as const)('loading from %s', (_, load) => {
  const openFiles = async () => (await readdir('/proc/self/fd')).length;

  it('loads everything, and leaves no descriptor open', async () => {
    await container.sql('CREATE DATABASE copy');
    const before = await openFiles();
    await load(server, 'copy', reader, context);
    expect(await openFiles()).toBeLessThanOrEqual(before);
    expect(await container.sql('SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)', 'copy')).toBe(
      '30000|30000',
    );
    expect(await container.sql('SELECT count(*) FROM pg_constraint WHERE conrelid > 16384', 'copy')).not.toBe(
      '0',
    );
    await container.sql('DROP DATABASE copy');
  });

  it('fails with the words of pg_restore, and does not wait for a reader that nobody reads', async () => {
    const before = await openFiles();
    await expect(load(server, 'missing', reader, context)).rejects.toMatchObject({
      code: 'restore-failed',
      message: expect.stringContaining('"missing" does not exist'),
    });
    expect(await openFiles()).toBeLessThanOrEqual(before);
  });

  it('fails with the words of the reader when that was what failed', async () => {
    await container.sql('CREATE DATABASE copy');
    const failure = new HoldfastError('repository-corrupt', 'a pack is damaged');
    await expect(load(server, 'copy', distrustedReader(reader, failure), context)).rejects.toBe(failure);
    await container.sql('DROP DATABASE copy WITH (FORCE)');
  });
});
