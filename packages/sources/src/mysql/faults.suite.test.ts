import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sink } from '../source.ts';
import { testContext } from '../testing/context.ts';
import { FolderStore, failOnLeakedContainers, type MysqlContainer, startMysql } from '../testing/index.ts';
import { mysqlDetailsSchema } from './details.ts';
import { detectMysql } from './detect.ts';
import { mysqlSource } from './mysql-source.ts';
import { locatorOf, save } from './testing/saved.ts';

failOnLeakedContainers();

let server: MysqlContainer;
let store: FolderStore;

beforeAll(async () => {
  server = await startMysql({
    version: '11.8',
    environment: {
      MARIADB_ROOT_PASSWORD: 'pa$$ "word\' \\',
      MARIADB_USER: 'app',
      MARIADB_PASSWORD: 'secret of the app',
      MARIADB_DATABASE: 'app_db',
    },
  });
  await server.sql(
    'CREATE TABLE t (id int PRIMARY KEY, v varchar(1000)); INSERT INTO t SELECT seq, repeat(md5(seq), 30) FROM seq_1_to_40000;',
    'app_db',
  );
  store = await FolderStore.create();
});

afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await server.remove();
});

const sessions = () =>
  server.sql(
    "SELECT count(*) FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND USER <> 'system user'",
  );

/** Where a dump goes and is not read any more after its first bytes. */
function stuckSink(): Sink & { begun: Promise<unknown>; stop: () => void } {
  const stop = new AbortController();
  const begun = Promise.withResolvers<void>();
  return {
    descriptor: -1,
    signal: stop.signal,
    begun: begun.promise,
    stop: () => stop.abort(),
    writable() {
      const sink = new PassThrough({ highWaterMark: 64 * 1024 });
      sink.once('readable', () => begun.resolve());
      return sink;
    },
  };
}

describe('who is let in', () => {
  it('is found as a server, with what its own environment names, whatever the password holds', async () => {
    expect(detectMysql(await server.details())?.problem).toBeUndefined();
    const { manifest } = await save(server, store);
    expect(manifest.counts).toEqual({ 'rows/app_db/t': 40_000 });
    expect(JSON.stringify(manifest)).not.toContain('word');
  });

  it.each(['direct', 'helper', 'exec'] as const)('is let in by the path "%s"', async (dataPath) => {
    const { manifest } = await save(server, store, {}, testContext({ docker: server.host, dataPath }));
    expect(manifest.counts).toEqual({ 'rows/app_db/t': 40_000 });
  });

  it('a user without RELOAD and PROCESS gets a dump, and counts that are not compared', async () => {
    const snapshot = await save(server, store, { user: 'app' });
    const { manifest } = snapshot;
    expect(manifest.counts).toEqual({ 'rows/app_db/t': 40_000 });
    expect(mysqlDetailsSchema.parse(manifest.details).schemas[0]?.exact).toBe(false);
    expect(manifest.warnings.join()).toMatch(/approximate.*1227/);
    expect(manifest.warnings.join()).toMatch(/Users and their privileges are not in the backup/);
    const report = await mysqlSource.restore(
      locatorOf(server),
      snapshot.request('beside', { newName: 'copy' }),
      testContext({ docker: server.host }),
    );
    expect(report.verified).toEqual({});
    expect(await server.sql('SELECT count(*) FROM copy.t')).toBe('40000');
    await server.sql('DROP DATABASE copy');
  });

  it('a wrong password is said to be one, and appears nowhere', async () => {
    const error = await save(server, store, { user: 'root', passwordEnv: 'MARIADB_PASSWORD' }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'credentials-rejected' });
    expect(String(error)).not.toContain('secret of the app');
  });

  it('a database that does not exist is named', async () => {
    await expect(save(server, store, { database: 'missing' })).rejects.toMatchObject({
      code: 'setting-invalid',
      message: expect.stringContaining('"missing"'),
    });
  });
});

describe('a dump that does not come to its end', () => {
  it.each(['direct', 'exec'] as const)(
    'by %s: a cancel ends it, and all sessions, at once',
    async (dataPath) => {
      const cancel = new AbortController();
      const context = testContext({ docker: server.host, dataPath, signal: cancel.signal });
      const capture = await mysqlSource.capture(locatorOf(server), context);
      const [part] = capture.parts;
      if (part?.type !== 'stream') throw new Error('expected a stream');
      const sink = stuckSink();
      const produced = part.produce(sink);
      produced.catch(() => {});
      await sink.begun;
      cancel.abort();
      await expect(produced).rejects.toMatchObject({ code: 'cancelled' });
      await capture.close();
      await expect.poll(sessions, { timeout: 15_000 }).toBe('0');
    },
  );

  it('a dump whose session the server ends is rejected with the words of the program', async () => {
    const capture = await mysqlSource.capture(locatorOf(server), testContext({ docker: server.host }));
    const [part] = capture.parts;
    if (part?.type !== 'stream') throw new Error('expected a stream');
    const sink = new PassThrough({ highWaterMark: 64 * 1024 });
    const begun = Promise.withResolvers<void>();
    sink.once('readable', () => begun.resolve());
    const produced = part.produce({
      descriptor: -1,
      signal: new AbortController().signal,
      writable: () => sink,
    });
    produced.catch(() => {});
    await begun.promise;
    await server.sql(
      "SELECT ID INTO @id FROM information_schema.PROCESSLIST WHERE INFO LIKE '%SQL_NO_CACHE%FROM `t`%' AND ID <> CONNECTION_ID(); KILL @id",
    );
    sink.resume();
    await expect(produced).rejects.toMatchObject({
      code: 'dump-failed',
      message: expect.stringMatching(/mariadb-dump: /),
    });
    await capture.close();
    await expect.poll(sessions, { timeout: 15_000 }).toBe('0');
  });

  it.each(['direct', 'exec'] as const)(
    'by %s: a container that is stopped midway is said to be lost',
    async (dataPath) => {
      await using other = await startMysql({ version: '10.11' });
      await other.sql(
        'CREATE DATABASE d; USE d; CREATE TABLE t AS SELECT seq, repeat(md5(seq), 30) v FROM seq_1_to_40000;',
      );
      const capture = await mysqlSource.capture(
        locatorOf(other),
        testContext({ docker: other.host, dataPath }),
      );
      const [part] = capture.parts;
      if (part?.type !== 'stream') throw new Error('expected a stream');
      const sink = stuckSink();
      const produced = part.produce(sink);
      produced.catch(() => {});
      await sink.begun;
      await other.container.kill({ signal: 'SIGKILL' });
      await expect(produced).rejects.toMatchObject({ code: 'container-lost' });
      await capture.close();
    },
  );
});

it('a container without the client programs says which are missing', async () => {
  await using bare = await startMysql({ version: '10.11' });
  await bare.exec({ command: ['sh', '-c', 'rm -f /usr/bin/mariadb-dump /usr/bin/mysqldump'], user: '0' });
  await expect(save(bare, store)).rejects.toMatchObject({
    code: 'container-command-missing',
    message: expect.stringContaining('mariadb-dump'),
  });
});
