import { expect, it } from 'vitest';
import type { Authenticate, Role } from './access.ts';
import type { HttpApp, Transport } from './http-app.ts';
import { createHttpServer } from './http-server.ts';

/** Says who it is by the header `as`: a role, or `host`. */
const byHeader: Authenticate = async ({ headers: { as } }) => {
  if (as === undefined) return undefined;
  if (as === 'host') return { kind: 'host', id: 'host', name: 'this host', role: 'owner' };
  return { kind: 'person', id: String(as), name: String(as), role: String(as) as Role };
};

function server(addRoutes: (app: HttpApp) => void, transport: Transport = 'tcp') {
  return createHttpServer({ transport, authenticate: byHeader, addRoutes, onInternalError: () => {} });
}

it('lets each role do what its own and the lesser ones may, and nobody else anything', async () => {
  const app = server((http) => {
    for (const access of ['viewer', 'operator', 'admin', 'owner', 'host', 'open'] as const) {
      http.get(`/${access}`, { config: { access } }, () => access);
    }
  });
  const statuses = async (as?: string) => {
    const headers = as === undefined ? {} : { as };
    const ask = async (url: string) => (await app.inject({ url, headers })).statusCode;
    return Promise.all(['/open', '/viewer', '/operator', '/admin', '/owner', '/host'].map(ask));
  };
  expect(await statuses()).toEqual([200, 401, 401, 401, 401, 401]);
  expect(await statuses('viewer')).toEqual([200, 200, 403, 403, 403, 403]);
  expect(await statuses('operator')).toEqual([200, 200, 200, 403, 403, 403]);
  expect(await statuses('admin')).toEqual([200, 200, 200, 200, 403, 403]);
  expect(await statuses('owner')).toEqual([200, 200, 200, 200, 200, 403]);
  expect(await statuses('host')).toEqual([200, 200, 200, 200, 200, 403]);
  const socket = server((http) => http.get('/host', { config: { access: 'host' } }, () => 'kit'), 'socket');
  expect((await socket.inject({ url: '/host', headers: { as: 'host' } })).statusCode).toBe(200);
});

it('takes no route that does not say who may use it', () => {
  expect(() => server((http) => http.get('/forgotten', () => ''))).toThrow('GET /forgotten does not say');
});

it('tells only who is known that something does not exist', async () => {
  const app = server(() => {});
  expect((await app.inject({ url: '/nothing' })).statusCode).toBe(401);
  expect((await app.inject({ url: '/nothing', headers: { as: 'viewer' } })).statusCode).toBe(404);
});
