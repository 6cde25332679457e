import { problemSchema } from '@holdfast/contracts';
import { expect, it } from 'vitest';
import { Readiness } from './readiness.ts';
import { createFakeClock } from './testing/fake-clock.ts';
import { fakeContainer } from './testing/fake-docker.ts';
import { temporaryDatabase } from './testing/temporary-database.ts';
import { startTestServer } from './testing/test-server.ts';

it('is ready between its start and its stop, while the database can be written', async () => {
  const { database } = await temporaryDatabase();
  const clock = createFakeClock();
  const readiness = new Readiness(database, clock);
  await expect(readiness.assert()).rejects.toMatchObject({
    code: 'not-ready',
    message: 'This server is starting.',
  });
  readiness.started();
  await readiness.assert();
  await database.schema.dropTable('meta').execute();
  // Asked again at once, it does not write again.
  await readiness.assert();
  clock.advance(3_000);
  await expect(readiness.assert()).rejects.toMatchObject({ message: 'The database cannot be written.' });
  readiness.stopping();
  readiness.started();
  await expect(readiness.assert()).rejects.toMatchObject({ message: 'This server is stopping.' });
});

it('answers 503 from the moment that it is told to stop, while what runs comes to its end', async () => {
  const { server, api, docker, source } = await startTestServer({ mode: 'serve', stopGraceMs: 5_000 });
  docker.containers = [fakeContainer('db', { labels: { 'memory.key': 'db' } })];
  source.content.set('db', new Map([['/db.dump', 'content']]));
  const { promise, resolve } = Promise.withResolvers<void>();
  let begun = false;
  source.beforePart = () => {
    begun = true;
    return promise;
  };
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  await api('POST', '/v1/backups', { all: true });
  await expect.poll(() => begun, { timeout: 20_000 }).toBe(true);
  const closing = server.close();
  const answer = await fetch(`${server.url}/readyz`);
  expect(answer.status).toBe(503);
  expect(problemSchema.parse(await answer.json()).code).toBe('not-ready');
  resolve();
  await closing;
});
