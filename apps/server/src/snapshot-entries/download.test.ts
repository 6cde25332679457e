import { once } from 'node:events';
import { request } from 'node:http';
import { PassThrough } from 'node:stream';
import { auditEntrySchema, pageSchema, snapshotSchema } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { expect, it } from 'vitest';
import { fakeContainer } from '../testing/fake-docker.ts';
import { startTestServer } from '../testing/test-server.ts';

const patience = { timeout: 20_000 };

/** A server with a snapshot of which `/db.dump` can be downloaded, by what `dump` gives. */
async function scene() {
  const test = await startTestServer();
  const { api, ended, docker, source, engine, server } = test;
  docker.containers = [fakeContainer('db', { labels: { 'memory.key': 'db' } })];
  source.content.set('db', new Map([['/db.dump', 'content']]));
  await api('POST', '/v1/discovery');
  await ended(await api('POST', '/v1/backups', { names: ['db'] }));
  const [snapshot] = pageSchema(snapshotSchema).parse((await api('GET', '/v1/snapshots')).body).items;
  const stream = new PassThrough();
  let cancelled: AbortSignal | undefined;
  engine.dump = async (_, { signal }) => {
    cancelled = signal;
    return { stream, done: Promise.resolve() };
  };
  const start = (method = 'GET') =>
    request({
      method,
      socketPath: server.socketPath,
      path: `/v1/snapshots/${snapshot?.id}/download?path=/db.dump`,
      headers: { authorization: `Bearer ${server.token}` },
      agent: false,
    }).end();
  const audited = async () =>
    pageSchema(auditEntrySchema)
      .parse((await api('GET', '/v1/audit')).body)
      .items.filter(({ action }) => action.includes('/download'));
  return { ...test, stream, start, audited, cancelled: () => cancelled?.aborted };
}

it('what fails before the first byte is a problem in words', async () => {
  const { stream, start } = await scene();
  const sent = start();
  const answered = once(sent, 'response');
  setTimeout(() => stream.destroy(new HoldfastError('repository-locked', 'A prune runs.')), 200);
  const [response] = await answered;
  expect([response.statusCode, response.headers['content-type']]).toEqual([
    409,
    'application/problem+json; charset=utf-8',
  ]);
  expect(response.headers['content-disposition']).toBeUndefined();
  response.resume();
});

it('what fails midway breaks the connection, and never ends as if it were whole', async () => {
  const { stream, start, audited } = await scene();
  const sent = start();
  stream.write('cont');
  const [response] = await once(sent, 'response');
  expect(response.statusCode).toBe(200);
  const broken = once(response, 'error');
  response.on('data', () => stream.destroy(new HoldfastError('engine-failed', 'restic was killed.')));
  await once(response, 'close').catch(() => {});
  expect((await broken)[0]).toMatchObject({ code: 'ECONNRESET' });
  expect(response.complete).toBe(false);
  await expect.poll(audited, patience).toMatchObject([{ subject: { path: '/db.dump', source: 'db' } }]);
});

it('who goes away ends the reading', async () => {
  const { stream, start, cancelled, audited } = await scene();
  const sent = start();
  stream.write('cont');
  await once(sent, 'response');
  expect(cancelled()).toBe(false);
  sent.destroy();
  await expect.poll(cancelled, patience).toBe(true);
  await expect.poll(() => stream.destroyed, patience).toBe(true);
  await expect.poll(audited, patience).toMatchObject([{ subject: { path: '/db.dump' }, status: 200 }]);
});

it('more than a few at once are refused until one has ended', async () => {
  const { engine, start } = await scene();
  engine.dump = async () => {
    const stream = new PassThrough();
    stream.write('cont');
    return { stream, done: Promise.resolve() };
  };
  const answer = async () => {
    const sent = start();
    const [response] = await once(sent, 'response');
    response.on('error', () => {}).resume();
    return { sent, status: response.statusCode };
  };
  const begun = await Promise.all([answer(), answer(), answer(), answer()]);
  expect(begun.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await answer()).status).toBe(429);
  begun[0]?.sent.destroy();
  await expect.poll(async () => (await answer()).status, patience).toBe(200);
});

it('HEAD does not read it', async () => {
  const { start, cancelled } = await scene();
  const [response] = await once(start('HEAD'), 'response');
  expect([response.statusCode, cancelled()]).toEqual([404, undefined]);
  response.resume();
});
