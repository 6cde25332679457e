import { expect, it } from 'vitest';
import { ask } from '../testing/test-server.ts';
import { createDocumentCheck, type DocumentedRoute, routesOf } from './testing/document-check.ts';
import { type Example, examples } from './testing/examples.ts';
import type { Received } from './testing/request.ts';
import { createWorld, type World } from './testing/world.ts';

/** These have no answer of success that servers made of memory can give; what they answer then is tested with them. */
const neverSucceedHere = new Set([
  'declareSource',
  'undeclareSource',
  'preflightEnvironment',
  'restoreEnvironment',
  'getRecoveryPoint',
  'addDestination',
  // What follows needs codes, sessions or storage that these tests do not have; their own tests have them.
  'acknowledgeAlert',
  'completeSetUp',
  'acceptInvitation',
  'signIn',
  'changePassword',
  'getAccount',
  'changeAccount',
  'startSecondFactor',
  'confirmSecondFactor',
  'disableSecondFactor',
  'changePerson',
  'removePerson',
  'resetPassword',
  'revokeSession',
  'removeToken',
  'adoptKey',
  'testChannel',
  'restoreAdminSnapshot',
]);

function pathOf({ path }: DocumentedRoute, { parameters = {}, query }: Example): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(parameters[name] ?? 'none'),
  );
  return query === undefined ? filled : `${filled}?${query}`;
}

async function call(world: World, route: DocumentedRoute, example: Example): Promise<Received> {
  const { method } = route;
  const path = pathOf(route, example);
  if (example.socket === true) {
    const { body, ...answer } = await ask(world.server, method, path, example.body);
    return { ...answer, text: JSON.stringify(body), headers: '' };
  }
  const body = example.body === undefined ? undefined : JSON.stringify(example.body);
  const headers = [
    ['authorization', `Bearer ${world.server.token}`] as const,
    ...(body === undefined ? [] : [['content-type', 'application/json'] as const]),
  ];
  return world.send({ method, path, body, headers });
}

it('says of every route what it is called, what it is about, and where it belongs', async () => {
  const { document } = await createWorld();
  const routes = routesOf(document);
  const bare = routes.filter(
    ({ operation: { operationId, summary, tags } }) =>
      !/^[a-z][A-Za-z]+$/.test(operationId) || summary === '' || tags.length === 0,
  );
  expect(bare.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  const ids = routes.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

it('answers every route as the document says, in success and in failure', async () => {
  const world = await createWorld();
  const check = createDocumentCheck(world.document);
  const routes = new Map(routesOf(world.document).map((route) => [route.operation.operationId, route]));
  const table = examples(world);
  expect(Object.keys(table).toSorted()).toEqual([...routes.keys()].toSorted());
  const wrong: string[] = [];
  for (const [operationId, held] of Object.entries(table)) {
    const route = routes.get(operationId);
    if (route === undefined) continue;
    if (!neverSucceedHere.has(operationId) && !held.some(({ status }) => status < 300))
      wrong.push(`${operationId} never succeeds`);
    for (const example of held) {
      const received = await call(world, route, example);
      wrong.push(...check(route, received));
      if (received.status !== example.status) {
        wrong.push(
          `${operationId} ${JSON.stringify(example)} was answered with ${received.status}: ${received.text.slice(0, 300)}`,
        );
      }
    }
  }
  expect(wrong).toEqual([]);
});

it('refuses on every route who says nothing of himself, and what is no JSON', async () => {
  const { document, send, server } = await createWorld();
  const check = createDocumentCheck(document);
  const wrong: string[] = [];
  for (const route of routesOf(document)) {
    const path = pathOf(route, { status: 0 });
    if (route.operation['x-access'] !== 'open') {
      const received = await send({ method: route.method, path, headers: [] });
      wrong.push(
        ...check(route, received),
        ...(received.status === 401 ? [] : [`${path}: ${received.status}`]),
      );
    }
    if (route.operation.requestBody === undefined) continue;
    const headers = [
      ['authorization', `Bearer ${server.token}`] as const,
      ['content-type', 'application/json'] as const,
    ];
    for (const body of ['{"names": [', '[]', 'null', '{"__proto__": {"all": true}, "constructor": 1}']) {
      const received = await send({ method: route.method, path, body, headers });
      wrong.push(
        ...check(route, received),
        ...(received.status >= 400 ? [] : [`${path} ${body}: ${received.status}`]),
      );
    }
  }
  expect(wrong).toEqual([]);
});
