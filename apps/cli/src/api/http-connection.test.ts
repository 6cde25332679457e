import { describe, expect, it } from 'vitest';
import { collect } from '../testing/collect.ts';
import { problem, startContractServer } from '../testing/contract-server.ts';
import { createHttpConnection } from './http-connection.ts';

describe('createHttpConnection', () => {
  it('sends the token and the body, and gives the parsed answer', async () => {
    await using server = await startContractServer({ 'POST /v1/things': { status: 202, body: { id: 1 } } });
    const connection = createHttpConnection({ socketPath: server.socketPath, token: 'abc' });
    expect(await connection.request('POST', '/v1/things', { name: 'größe' })).toEqual({ id: 1 });
    expect(server.received[0]).toMatchObject({
      body: { name: 'größe' },
      headers: { authorization: 'Bearer abc' },
    });
  });

  it('gives undefined for an answer without a body', async () => {
    await using server = await startContractServer({ 'DELETE /v1/things/1': { status: 204 } });
    const connection = createHttpConnection({ socketPath: server.socketPath });
    expect(await connection.request('DELETE', '/v1/things/1')).toBeUndefined();
  });

  it('throws the problem that the server answered', async () => {
    await using server = await startContractServer({
      'GET /v1/things': { status: 409, body: problem('conflict', 'Taken.') },
    });
    const connection = createHttpConnection({ socketPath: server.socketPath });
    await expect(connection.request('GET', '/v1/things')).rejects.toMatchObject({
      code: 'conflict',
      message: 'Taken.',
      hint: 'Mend conflict.',
    });
  });

  it('says that a body which is no problem document is not understood', async () => {
    await using server = await startContractServer({
      'GET /v1/things': { status: 500, body: { oops: true } },
    });
    const connection = createHttpConnection({ socketPath: server.socketPath });
    await expect(connection.request('GET', '/v1/things')).rejects.toMatchObject({ code: 'internal' });
  });

  it('says that the server is unreachable when nobody listens', async () => {
    const connection = createHttpConnection({ socketPath: '/nonexistent/holdfast.sock' });
    await expect(connection.request('GET', '/')).rejects.toMatchObject({ code: 'server-unreachable' });
  });

  it('goes on with a cut event stream where it broke, each event once', async () => {
    const events = [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }];
    await using server = await startContractServer({
      'GET /v1/events': [
        { events: events.slice(0, 2), cut: true },
        { events: events.slice(0, 3), cut: true },
        { events },
      ],
    });
    const connection = createHttpConnection({ socketPath: server.socketPath });
    const seen: unknown[] = [];
    for await (const event of connection.events('/v1/events')) {
      seen.push(event);
      if (seen.length === events.length) break;
    }
    expect(seen).toEqual(events);
    expect(server.received.map((request) => request.headers['last-event-id'])).toEqual([undefined, '2', '3']);
  });

  it('does not ask again when the server refuses the stream', async () => {
    await using server = await startContractServer({});
    const connection = createHttpConnection({ socketPath: server.socketPath });
    const reading = collect(connection.events('/v1/events'));
    await expect(reading).rejects.toMatchObject({ code: 'not-found' });
    expect(server.received).toHaveLength(1);
  });

  it('gives up a stream whose server stays away', async () => {
    const connection = createHttpConnection({ socketPath: '/nonexistent/holdfast.sock', reconnectForMs: 50 });
    const reading = collect(connection.events('/v1/events'));
    await expect(reading).rejects.toMatchObject({ code: 'server-unreachable' });
  });
});
