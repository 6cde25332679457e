import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Operation, selfBackupResultSchema } from '@holdfast/contracts';
import { expect, it } from 'vitest';
import { fakeContainer } from '../testing/fake-docker.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { startTestServer, type TestServerOptions } from '../testing/test-server.ts';

/** The team key of the vault and what a restored state says of it. */

const keys = {
  HOLDFAST_BACKUP_ENCRYPTION_KEY: 'ab'.repeat(32),
  HOLDFAST_MASTER_KEY: 'cd'.repeat(32),
};

async function start(options: TestServerOptions = {}) {
  const test = await startTestServer({ environment: keys, ...options });
  const { api, ended, source, docker, dataDirectory } = test;
  docker.containers = [fakeContainer('db', { labels: { 'memory.key': 'db' } })];
  source.content.set('db', new Map([['/db.dump', 'rows']]));
  const addDestination = async (folder: string) => {
    const settings = { path: folder };
    await api('POST', '/v1/destinations', { name: 'disk', kind: 'local', settings, makeDefault: true });
  };
  const backUp = async () => ended(await api('POST', '/v1/backups', { all: true }));
  const backUpItself = async () => {
    const wanted = { database: 'main', destination: 'data-directory' };
    const operation = await ended(await api('POST', '/v1/admin/snapshots/create', wanted));
    return selfBackupResultSchema.parse(operation.result);
  };
  const restore = async (uri: string): Promise<Operation> => {
    const { id } = (await api('POST', '/v1/admin/snapshots/restore', { uri })).body as { id: string };
    for (;;) {
      // While it starts again nothing listens.
      const answer = await api('GET', `/v1/operations/${id}`).catch(() => undefined);
      const operation = answer?.body as Operation | undefined;
      if (operation !== undefined && !['queued', 'running'].includes(operation.state)) return operation;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const rotate = async () => ended(await api('POST', '/v1/key/rotate', {}));
  const kit = () => api('GET', '/v1/key/kit');
  /** Brings the file of another Holdfast along. */
  const restoreCopyOf = async ({ file = '' }: { file?: string }) => {
    const copy = path.join(dataDirectory, 'backups', path.basename(file));
    await mkdir(path.dirname(copy), { recursive: true });
    await copyFile(file, copy);
    return restore(`file://${copy}`);
  };
  return { ...test, addDestination, backUp, backUpItself, restore, restoreCopyOf, rotate, kit };
}

it('a key that was changed since the backup stays, and opens the repositories', async () => {
  const server = await start();
  await server.addDestination(await temporaryFolder());
  expect(await server.backUp()).toMatchObject({ state: 'succeeded' });
  const { uri } = await server.backUpItself();
  expect(await server.rotate()).toMatchObject({ state: 'succeeded' });
  const { body: before } = await server.kit();
  expect(await server.restore(uri)).toMatchObject({ state: 'succeeded' });
  const { body: after } = await server.kit();
  expect(after).toMatchObject({ password: (before as { password: string }).password });
  expect(await server.backUp()).toMatchObject({ state: 'succeeded' });
  // And what comes with the next change follows.
  expect(await server.rotate()).toMatchObject({ state: 'succeeded' });
  expect(await server.backUp()).toMatchObject({ state: 'succeeded' });
});

it('a fresh installation gets the key of the backup, which is then entered again', async () => {
  const first = await start();
  const folder = await temporaryFolder();
  await first.addDestination(folder);
  expect(await first.backUp()).toMatchObject({ state: 'succeeded' });
  const { password, keyId } = (await first.kit()).body as { password: string; keyId: string };
  const second = await start({ ports: { engine: first.engine } });
  expect(await second.restoreCopyOf(await first.backUpItself())).toMatchObject({ state: 'succeeded' });
  expect(await second.kit()).toMatchObject({ body: { code: 'team-key-missing' } });
  const adopt = (key: string) => second.api('POST', '/v1/key/adopt', { password: key });
  expect(await adopt('quite another password')).toMatchObject({ body: { code: 'key-wrong' } });
  expect(await adopt(password)).toMatchObject({ status: 200, body: { key: { id: keyId } } });
  expect(await second.backUp()).toMatchObject({ state: 'succeeded' });
});

it('a key that was typed on a fresh installation before the restore opens what comes with it', async () => {
  const first = await start();
  await first.addDestination(await temporaryFolder());
  expect(await first.backUp()).toMatchObject({ state: 'succeeded' });
  const { password } = (await first.kit()).body as { password: string };
  const second = await start({ ports: { engine: first.engine } });
  expect(await second.api('POST', '/v1/key/adopt', { password })).toMatchObject({ status: 200 });
  expect(await second.restoreCopyOf(await first.backUpItself())).toMatchObject({ state: 'succeeded' });
  expect(await second.kit()).toMatchObject({ body: { password } });
  expect(await second.backUp()).toMatchObject({ state: 'succeeded' });
});
