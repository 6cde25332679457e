import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createHttpConnection } from './http-connection.ts';
import { remoteServer } from './remote-server.ts';

async function listen(status: number, body: unknown): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

it('speaks to the server that is named, below its path, with the token of the environment', async () => {
  const { url, asked } = await listen(200, { ok: true });
  const remote = remoteServer(`${url}/backup/`, {
    HOLDFAST_TOKEN: 'secret',
    HOLDFAST_SERVER: 'http://other',
  });
  expect(remote).toEqual({ url: `${url}/backup`, token: 'secret' });
  const connection = createHttpConnection({ ...remote });
  expect(await connection.request('GET', '/v1/sources')).toEqual({ ok: true });
  expect(asked).toEqual(['GET /backup/v1/sources Bearer secret']);
});

it('is nobody elsewhere unless one is named', () => {
  expect(remoteServer(undefined, {})).toBeUndefined();
  expect(remoteServer(undefined, { HOLDFAST_SERVER: 'https://a.example' })?.url).toBe('https://a.example');
});

it.each([
  'a.example',
  'ftp://a.example',
  'https://me:password@a.example',
  'https://a.example?token=password',
])('takes no %s, and does not repeat it', (address) => {
  const refused = () => remoteServer(address, {});
  expect(refused).toThrow(expect.objectContaining({ code: 'setting-invalid' }));
  expect(refused).not.toThrow(/password/);
});

it('says that a server is not there, or does not know the token', async () => {
  const nowhere = createHttpConnection({ url: 'http://127.0.0.1:1' });
  await expect(nowhere.request('GET', '/v1/sources')).rejects.toMatchObject({ code: 'server-unreachable' });
  const problem = { type: 'x', title: 'x', status: 401, code: 'unauthorised', detail: 'No.', hint: 'Ask.' };
  const { url } = await listen(401, problem);
  const stranger = createHttpConnection({ url });
  await expect(stranger.request('GET', '/v1/sources')).rejects.toMatchObject({ code: 'unauthorised' });
});
