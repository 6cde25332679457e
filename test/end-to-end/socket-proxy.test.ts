import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { failOnLeakedContainers, type PostgresContainer, startPostgres } from '@holdfast/sources/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sourceOf } from '../support/answers.ts';
import { backUp } from '../support/backup-report.ts';
import { freshHoldfast, type Holdfast, program } from '../support/holdfast.ts';
import { putBack } from '../support/restore-report.ts';
import { startSocketProxy } from '../support/socket-proxy.ts';
import { localRepository, snapshotFiles } from '../support/stock-restic.ts';

failOnLeakedContainers();

let postgres: PostgresContainer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-proxy-'));
  await writeFile(path.join(folder, 'file'), 'kept');
  postgres = await startPostgres({ environment: { POSTGRES_PASSWORD: 'pw', POSTGRES_DB: 'shop' } });
  await postgres.sql('CREATE TABLE goods AS SELECT generate_series(1, 1000) AS i', 'shop');
});
afterAll(async () => {
  await postgres?.remove();
  await rm(folder, { recursive: true, force: true });
});

describe('behind a socket proxy that lists, inspects and runs commands, and refuses all else', () => {
  test('sources, backup and restore work', async () => {
    await using proxy = await startSocketProxy({ exec: true });
    await using holdfast = await freshHoldfast(postgres.name, { DOCKER_HOST: proxy.host });
    expect(await sourceOf(holdfast, postgres.name)).toMatchObject({ protected: true });
    expect(await backUp(holdfast, postgres.name)).toMatchObject({
      exitCode: 0,
      items: [{ dataPath: 'exec' }],
    });
    await postgres.sql('DELETE FROM goods WHERE i > 10', 'shop');
    expect(await putBack(holdfast, postgres.name, '--yes')).toMatchObject({
      exitCode: 0,
      restored: ['shop'],
    });
    expect(await postgres.sql('SELECT count(*) FROM goods', 'shop')).toBe('1000');
  });
});

describe('behind one that refuses to run commands, too', () => {
  test('the error says what to allow, and no snapshot is made', async () => {
    await using proxy = await startSocketProxy({ exec: false });
    await using holdfast = await freshHoldfast(postgres.name, { DOCKER_HOST: proxy.host });
    expect(await sourceOf(holdfast, postgres.name)).toMatchObject({ present: true });
    expect(await backUp(holdfast, postgres.name)).toMatchObject({
      exitCode: 1,
      items: [{ error: { code: 'docker-forbidden', hint: expect.stringMatching(/exec/i) } }],
    });
    expect(await snapshotFiles(localRepository(holdfast, postgres.name))).toEqual([]);
  });
});

describe('without an engine that can be used', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await freshHoldfast(postgres.name);
    expect((await holdfast.run('sources', 'add', 'directory', folder, '--name', 'files')).exitCode).toBe(0);
    await holdfast.run('sources');
  });
  afterAll(() => holdfast[Symbol.asyncDispose]());

  async function expectUnusable(dockerHost: string, code: string, words: RegExp) {
    const without = holdfast.with({ DOCKER_HOST: dockerHost });
    const listed = await without.run('sources');
    expect(listed.exitCode).toBe(0);
    expect(listed.stderr.replaceAll(/\s+/g, ' ')).toMatch(words);
    const refused = await backUp(without, postgres.name);
    expect(refused).toMatchObject({ exitCode: 1, items: [{ error: { code } }] });
    // What needs no engine works on.
    expect(await backUp(without, 'files')).toMatchObject({ exitCode: 0 });
    const all = await backUp(without, '--all');
    expect(all.items.find(({ source }) => source === 'files')).toMatchObject({ state: 'succeeded' });
  }

  test('no socket there', async () => {
    await expectUnusable(
      `unix://${folder}/none.sock`,
      'docker-unreachable',
      /Docker engine cannot be reached/,
    );
  });

  test('nobody listens on the socket', async () => {
    await expectUnusable('tcp://127.0.0.1:1', 'docker-unreachable', /Docker engine cannot be reached/);
  });

  test('a socket that this user may not use', async () => {
    const socket = path.join(folder, 'closed.sock');
    const server = createServer().listen(socket);
    await once(server, 'listening');
    try {
      await chmod(socket, 0o000);
      const { stdout } = await runWithoutCapabilities(
        { ...holdfast.environment, DOCKER_HOST: `unix://${socket}` },
        ['backup', postgres.name, '--json'],
      );
      expect(JSON.parse(stdout)).toMatchObject({ items: [{ error: { code: 'docker-permission-denied' } }] });
      const sources = await runWithoutCapabilities(
        { ...holdfast.environment, DOCKER_HOST: `unix://${socket}` },
        ['sources'],
      );
      expect(sources.stderr.replaceAll(/\s+/g, ' ')).toMatch(/may not use the Docker engine/);
    } finally {
      server.close();
    }
  });

  test('a DOCKER_HOST that is none', async () => {
    const outcome = await holdfast.with({ DOCKER_HOST: 'somewhere' }).json('sources');
    expect(outcome).toMatchObject({ exitCode: 2, answer: { code: 'setting-invalid' } });
  });
});

/** Root may use every socket, as long as it has its capabilities. */
async function runWithoutCapabilities(
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<{ stdout: string; stderr: string }> {
  const drop = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : ['env'];
  const [command = '', ...before] = drop;
  return new Promise((resolve) => {
    execFile(command, [...before, program, ...args], { env: environment }, (_error, stdout, stderr) =>
      resolve({ stdout, stderr }),
    );
  });
}
