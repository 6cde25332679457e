import { get } from 'node:http';
import { type OperationEvent, operationEventSchema, operationSchema } from '@holdfast/contracts';
import { describe, expect, it } from 'vitest';
import type { ServerHandle } from '../server.ts';
import { fakeContainer } from '../testing/fake-docker.ts';
import { startTestServer } from '../testing/test-server.ts';

/** Every event of the stream until the server ends it. */
async function follow(server: ServerHandle, id: string, lastEventId = ''): Promise<OperationEvent[]> {
  const headers = { authorization: `Bearer ${server.token}`, 'last-event-id': lastEventId };
  const route = `/v1/operations/${id}/events`;
  const text = await new Promise<string>((resolve, reject) => {
    get({ socketPath: server.socketPath, path: route, headers, agent: false }, (response) => {
      let received = '';
      response.on('data', (chunk: Buffer) => {
        received += chunk.toString();
      });
      response.on('end', () => resolve(received));
    }).on('error', reject);
  });
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => operationEventSchema.parse(JSON.parse(line.slice('data: '.length))));
}

async function startPass() {
  const test = await startTestServer();
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  test.docker.containers = [fakeContainer('db', { labels: { 'memory.key': 'db' } })];
  test.source.content.set('db', new Map([['/db.dump', 'content']]));
  test.source.beforePart = () => released;
  const { id } = operationSchema.parse((await test.api('POST', '/v1/backups', { all: true })).body);
  return { ...test, id, release };
}

const lines = (events: readonly OperationEvent[], id: string) =>
  events.flatMap((event) => (event.type === 'log' && event.operationId === id ? [event.line] : []));

describe('following an operation', () => {
  it('gives what was, what is and what comes, each log line once, and ends with the final state', async () => {
    const { server, id, release, engine } = await startPass();
    await expect.poll(() => engine.calls.some((call) => call.startsWith('backupStream'))).toBe(true);
    const following = follow(server, id);
    setTimeout(release, 300);
    const events = await following;
    const last = events.at(-1);
    expect(last).toMatchObject({ type: 'operation', operation: { id, state: 'succeeded' } });
    const part = events.find((event) => event.type === 'operation' && event.operation.parentId === id);
    expect(part).toMatchObject({ operation: { source: 'db', kind: 'backup' } });
    const partId = part?.type === 'operation' ? part.operation.id : '';
    const sequences = lines(events, partId).map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    expect(lines(events, partId).map(({ message }) => message)).toContain('writing the manifest');
  });

  it('gives two followers the same, and a late one all of it', async () => {
    const { server, id, release } = await startPass();
    const following = [follow(server, id), follow(server, id)];
    setTimeout(release, 200);
    const [one = [], two = []] = await Promise.all(following);
    const late = await follow(server, id);
    const messages = (events: readonly OperationEvent[]) => lines(events, id).map(({ message }) => message);
    expect(messages(one)).toEqual(messages(two));
    expect(messages(late)).toEqual(messages(one));
    expect(late.at(-1)).toMatchObject({ operation: { state: 'succeeded' } });
  });

  it('goes on after the line that was seen last', async () => {
    const { server, id, release } = await startPass();
    release();
    const all = lines(await follow(server, id), id).map(({ sequence }) => sequence);
    expect(all.length).toBeGreaterThan(1);
    const rest = lines(await follow(server, id, '1'), id).map(({ sequence }) => sequence);
    expect(rest).toEqual(all.slice(1));
  });

  it('of an unknown one is a problem, not a stream', async () => {
    const { api } = await startTestServer();
    const answer = await api('GET', '/v1/operations/01a2ffff-0000-7000-8000-000000000000/events');
    expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });
});
