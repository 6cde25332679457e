import { randomBytes } from 'node:crypto';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type PostgresContainer, startPostgres } from '@holdfast/sources/testing';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { openGate } from '../../apps/server/src/database/testing/gate.ts';
import { freshHoldfast, type Holdfast } from '../support/holdfast.ts';
import { startServing } from '../support/serving.ts';
import { until } from '../support/until.ts';

const noContainers = 'holdfast-postgres-state-none';
const password = 'a test password';

let server: PostgresContainer;
let address: string;
beforeAll(async () => {
  server = await startPostgres({ environment: { POSTGRES_PASSWORD: password } });
  const { NetworkSettings } = await server.container.inspect();
  address = Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '';
});
afterAll(() => server.remove());

/** On a database of its own. */
async function onPostgres(at = `${address}:5432`): Promise<Record<string, string>> {
  const name = `state_${randomBytes(4).toString('hex')}`;
  await server.sql(`create database ${name}`);
  return {
    HOLDFAST_DATABASE_URL: `postgres://postgres:${encodeURIComponent(password)}@${at}/${name}`,
    HOLDFAST_MASTER_KEY: randomBytes(32).toString('hex'),
  };
}

async function declare(holdfast: Holdfast, bytes: number): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-pg-state-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(path.join(folder, 'file'), randomBytes(bytes));
  const added = await holdfast.run('sources', 'add', 'directory', folder, '--name', 'files');
  expect(added).toMatchObject({ exitCode: 0 });
}

async function stateOf(holdfast: Holdfast, id: string): Promise<string | undefined> {
  const { exitCode, answer } = await holdfast.json('operations');
  if (exitCode !== 0) return undefined;
  return (answer as { id: string; state: string }[]).find((operation) => operation.id === id)?.state;
}

it('keeps everything over a restart and over a kill in the middle of a backup', async () => {
  await using holdfast = await freshHoldfast(noContainers, await onPostgres());
  await declare(holdfast, 200 * 1024 * 1024);
  const first = await startServing(holdfast);
  const begun = await holdfast.json('backup', 'files', '--detach');
  const { operationId } = begun.answer as { operationId: string };
  await until('it runs', async () => (await stateOf(holdfast, operationId)) === 'running');
  process.kill(first.pid, 'SIGKILL');
  await first.stop().catch(() => {});

  const second = await startServing(holdfast);
  await until('it is ended', async () => (await stateOf(holdfast, operationId)) === 'interrupted');
  const snapshots = async () => (await holdfast.json('snapshots')).answer as unknown[];
  await until('it was begun again, and is done', async () => (await snapshots()).length === 1);
  await second.stop();
  const { answer } = await holdfast.json('backup', 'files');
  expect(answer).toMatchObject({ state: 'succeeded' });
  expect((await holdfast.json('snapshots')).answer).toHaveLength(2);
});

it('has one that is active, and another that takes over when it ends', async () => {
  const shared = await onPostgres();
  await using one = await freshHoldfast(noContainers, shared);
  await using other = await freshHoldfast(noContainers, shared);
  await declare(one, 1024);
  const active = await startServing(one);
  const refused = await other.run('sources');
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain('database-in-use');
  const waiting = other.start('serve', '--port', '0');
  onTestFinished(() => waiting.kill('SIGKILL'));
  await until('the other waits', async () => waiting.said().includes('waits to take over'));
  await expect(access(path.join(other.dataDirectory, 'holdfast.sock'))).rejects.toThrow('ENOENT');
  await active.stop();
  await until('the other has taken over', () =>
    access(path.join(other.dataDirectory, 'holdfast.sock')).then(
      () => true,
      () => false,
    ),
  );
  expect((await other.run('sources')).stdout).toContain('files');
  waiting.kill('SIGTERM');
  expect(await waiting.outcome).toMatchObject({ exitCode: 0 });
});

it('goes on after the database was away, and loses no result', async () => {
  const gate = await openGate(address, 5432);
  onTestFinished(() => gate.shut());
  await using holdfast = await freshHoldfast(noContainers, await onPostgres(`127.0.0.1:${gate.port}`));
  await declare(holdfast, 200 * 1024 * 1024);
  await using _serving = await startServing(holdfast);
  const begun = await holdfast.json('backup', 'files', '--detach');
  const { operationId } = begun.answer as { operationId: string };
  await until('it runs', async () => (await stateOf(holdfast, operationId)) === 'running');
  await gate.shut();
  const { exitCode, stderr } = await holdfast.run('sources');
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('database-unreachable');
  expect(stderr).not.toContain(password);
  await gate.open();
  // Whichever way it ended: the end is stored, and the next one is good.
  await until('its end is stored', async () =>
    ['succeeded', 'failed'].includes((await stateOf(holdfast, operationId)) ?? ''),
  );
  expect((await holdfast.json('backup', 'files')).answer).toMatchObject({ state: 'succeeded' });
});
