import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { destinationSchema } from '@holdfast/contracts';
import { labS3 } from '@holdfast/destinations/testing';
import { failOnLeakedContainers, type PostgresContainer, startPostgres } from '@holdfast/sources/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { listSnapshots } from '../support/answers.ts';
import { backUp } from '../support/backup-report.ts';
import { freshHoldfast, type Holdfast } from '../support/holdfast.ts';
import { allProcesses } from '../support/processes.ts';
import { addS3Destination, labPlace, type S3Settings } from '../support/s3-destination.ts';
import { stockSnapshots, teamKey } from '../support/stock-restic.ts';

failOnLeakedContainers();

const databasePassword = 'password-of-the-database-7391';
const place = labPlace();
const secret = place.secretAccessKey.reveal();
const swift = labS3('SWIFT');

let postgres: PostgresContainer;
beforeAll(async () => {
  postgres = await startPostgres({ environment: { POSTGRES_PASSWORD: databasePassword } });
  await postgres.sql('CREATE TABLE t AS SELECT i, md5(i::text) AS words FROM generate_series(1, 20000) AS i');
});
afterAll(() => postgres?.remove());

describe('adding a bucket', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await freshHoldfast(postgres.name);
  });
  afterAll(() => holdfast[Symbol.asyncDispose]());

  const cases: readonly {
    what: string;
    settings?: Partial<S3Settings>;
    secret?: string;
    more?: readonly string[];
    code: string;
  }[] = [
    { what: 'an unknown key', settings: { accessKeyId: 'NOBODY' }, code: 'destination-key-unknown' },
    { what: 'a wrong secret', secret: 'not-the-secret', code: 'destination-secret-wrong' },
    {
      what: 'a bucket that is not there',
      settings: { bucket: 'never-made' },
      code: 'destination-bucket-missing',
    },
    {
      what: 'a server that does not listen',
      settings: { endpoint: 'http://127.0.0.1:1' },
      code: 'destination-unreachable',
    },
    {
      what: 'TLS from an unknown authority',
      settings: { endpoint: process.env['HOLDFAST_LAB_S3_TLS_ENDPOINT'] ?? '' },
      code: 'destination-tls',
    },
    {
      what: 'a key that may only read',
      settings: { accessKeyId: process.env['HOLDFAST_LAB_S3_READONLY_ACCESS_KEY'] ?? '' },
      secret: process.env['HOLDFAST_LAB_S3_READONLY_SECRET_KEY'] ?? '',
      code: 'destination-read-only',
    },
    {
      what: 'the wrong region (of a server that knows its own)',
      settings: { endpoint: swift.endpoint, region: 'elsewhere-1', accessKeyId: swift.accessKeyId },
      secret: swift.secretAccessKey.reveal(),
      more: ['--secret-file', `caCertificate=${process.env['HOLDFAST_LAB_SWIFT_CA'] ?? ''}`],
      code: 'destination-region-wrong',
    },
  ];

  test.each(cases)(
    '$what: its own error, and nothing is saved',
    async ({ settings, secret: wrong, more, code }) => {
      const entered = { ...place, ...settings };
      const outcome = await addS3Destination(holdfast, 'bucket', entered, wrong ?? secret, more);
      expect(outcome.exitCode, outcome.stderr).toBe(1);
      expect(JSON.parse(outcome.stdout)).toMatchObject({ code });
      for (const words of [outcome.stdout, outcome.stderr]) expect(words).not.toContain(wrong ?? secret);
      const { answer } = await holdfast.json('destinations');
      const names = z
        .array(destinationSchema)
        .parse(answer)
        .map(({ name }) => name);
      expect(names).toEqual(['local']);
    },
  );

  test('what works is saved, tested again by its name, and taken away', async () => {
    const added = await addS3Destination(holdfast, 'bucket', place, secret);
    expect(added.exitCode, added.stdout).toBe(0);
    expect(await holdfast.json('destinations', 'test', 'bucket')).toMatchObject({
      exitCode: 0,
      answer: { ok: true },
    });
    const again = await addS3Destination(holdfast, 'bucket', place, secret);
    expect(JSON.parse(again.stdout)).toMatchObject({ code: 'conflict' });
    expect((await holdfast.run('destinations', 'remove', 'bucket')).exitCode).toBe(0);
  });
});

test('HOLDFAST_S3_* makes the default destination; backup, restore and retention work, and no secret is ever in the clear', async () => {
  await using holdfast = await freshHoldfast(postgres.name, {
    HOLDFAST_S3_ENDPOINT: place.endpoint,
    HOLDFAST_S3_BUCKET: place.bucket,
    HOLDFAST_S3_REGION: place.region,
    HOLDFAST_S3_PREFIX: place.prefix,
    HOLDFAST_S3_ACCESS_KEY: place.accessKeyId,
    HOLDFAST_S3_SECRET_KEY: secret,
    HOLDFAST_RETENTION_RECENT_HOURS: '0',
    HOLDFAST_RETENTION_DAILY: '1',
    HOLDFAST_RETENTION_WEEKLY: '0',
    HOLDFAST_RETENTION_MONTHLY: '0',
  });
  const printed: string[] = [];
  const watch = watchCommandLines();
  const backup = holdfast.start('backup', postgres.name, '--json');
  const { exitCode, stdout, stderr } = await backup.outcome;
  printed.push(stdout, stderr);
  expect(exitCode, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ items: [{ destination: 's3' }] });
  const key = await teamKey(holdfast);
  const repository = place.repository(postgres.name);
  const first = await stockSnapshots(repository, key, place.credentials);
  expect(first).toHaveLength(2);

  await postgres.sql('DELETE FROM t WHERE i > 5');
  const restored = await holdfast.run('restore', postgres.name, '--yes', '--json');
  printed.push(restored.stdout, restored.stderr);
  expect(restored.exitCode, restored.stdout).toBe(0);
  expect(await postgres.sql('SELECT count(*) FROM t')).toBe('20000');

  // One a day is kept: the second backup's retention removes the first.
  const second = await backUp(holdfast, postgres.name);
  expect(second).toMatchObject({ exitCode: 0 });
  expect(await listSnapshots(holdfast)).toMatchObject([
    { id: second.items[0]?.snapshotId, destination: 's3' },
  ]);
  const left = await stockSnapshots(repository, key, place.credentials);
  expect(left).toHaveLength(2);
  for (const { id } of left) expect(first.map((one) => one.id)).not.toContain(id);

  for (const command of [['sources'], ['snapshots'], ['operations'], ['destinations'], ['doctor']]) {
    const outcome = await holdfast.run(...command, '--json');
    printed.push(outcome.stdout, outcome.stderr);
  }
  const commandLines = await watch.stop();
  expect(commandLines.some((line) => line.includes('restic'))).toBe(true);
  expect(commandLines.some((line) => line.includes('pg_dump'))).toBe(true);
  const files = await filesBelow(holdfast.dataDirectory);
  expect(files.length).toBeGreaterThan(2);
  for (const clear of [secret, databasePassword, key].flatMap(writings)) {
    expect(printed.filter((text) => text.includes(clear))).toEqual([]);
    expect(commandLines.filter((line) => line.includes(clear))).toEqual([]);
    expect(files.filter(({ content }) => content.includes(clear)).map(({ file }) => file)).toEqual([]);
  }
});

/** The ways in which a careless program keeps a secret. */
function writings(clear: string): string[] {
  const bytes = Buffer.from(clear);
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  return [clear, bytes.toString('hex'), base64, encodeURIComponent(clear)];
}

async function filesBelow(folder: string): Promise<{ file: string; content: Buffer }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file) => ({ file, content: await readFile(file) })));
}

/** Looks at every command line of the machine, again and again: what any of its users can do. */
function watchCommandLines(): { stop(): Promise<string[]> } {
  const seen = new Set<string>();
  const end = new AbortController();
  const watching = (async () => {
    while (!end.signal.aborted) {
      for (const { command } of await allProcesses()) seen.add(command.join(' '));
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
  })();
  return {
    async stop() {
      end.abort();
      await watching;
      return [...seen];
    },
  };
}
