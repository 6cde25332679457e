import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpServer } from '../http/http-server.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { addWebAppRoutes } from './web-app.routes.ts';

async function serve({ built = true } = {}) {
  const top = await temporaryFolder();
  const folder = path.join(top, 'dist');
  await mkdir(path.join(folder, 'assets'), { recursive: true });
  await writeFile(path.join(top, 'secret.txt'), 'of nobody');
  if (built) {
    await writeFile(path.join(folder, 'index.html'), '<title>Holdfast</title>');
    await writeFile(path.join(folder, 'assets', 'page-1a2b.js'), 'plain');
    await writeFile(path.join(folder, 'assets', 'page-1a2b.js.br'), 'compressed');
  }
  const http = createHttpServer({
    transport: 'tcp',
    authenticate: () => Promise.resolve(undefined),
    onInternalError: (error) => expect.unreachable(String(error)),
    addRoutes: (app) => addWebAppRoutes(app, folder),
  });
  onTestFinished(() => http.close());
  return (url: string, headers: Record<string, string> = {}) => http.inject({ method: 'GET', url, headers });
}

const asBrowser = { accept: 'text/html,application/xhtml+xml' };

test.each(['/', '/operations', '/operations/0190a0b0', '/sources?protected=false'])(
  'answers a browser at %s with the start page, never kept',
  async (address) => {
    const get = await serve();
    const { statusCode, body, headers } = await get(address, asBrowser);
    expect([statusCode, body, headers['cache-control']]).toEqual([
      200,
      '<title>Holdfast</title>',
      'no-cache',
    ]);
    expect(headers['content-security-policy']).toContain("script-src 'self'");
  },
);

test('serves a file, compressed where that is understood, to be kept for ever', async () => {
  const get = await serve();
  const plain = await get('/assets/page-1a2b.js');
  expect([plain.body, plain.headers['cache-control']]).toEqual([
    'plain',
    'public, max-age=31536000, immutable',
  ]);
  const small = await get('/assets/page-1a2b.js', { 'accept-encoding': 'br' });
  expect([small.body, small.headers['content-encoding']]).toEqual(['compressed', 'br']);
});

test('a file that is gone is not found: a page in its place would be taken for a script', async () => {
  const get = await serve();
  expect((await get('/assets/page-0000.js')).json()).toMatchObject({ status: 404, code: 'not-found' });
});

test.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/%00.js',
])('gives out nothing from outside of its folder: %s', async (address) => {
  const get = await serve();
  expect((await get(address)).body).not.toContain('of nobody');
});

test('an unknown address of the API is no page', async () => {
  const get = await serve();
  expect((await get('/v1/nothing', asBrowser)).json()).toMatchObject({ code: 'unauthorised' });
});

test('says how to build it where it is not built', async () => {
  const get = await serve({ built: false });
  const { statusCode, body } = await get('/', asBrowser);
  expect(statusCode).toBe(503);
  expect(body).toContain('scripts/build-web');
});
