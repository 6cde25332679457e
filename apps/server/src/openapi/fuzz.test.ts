import { createHash } from 'node:crypto';
import path from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { routesOf } from './testing/document-check.ts';
import { createWorld } from './testing/world.ts';

/** How long it goes on, with whatever comes; the requests of a failure can be repeated by its seed. */
const budgetMs = 15_000;

const nasty = fc.constantFrom(
  '',
  '.',
  '..',
  '../../etc/passwd',
  '%2e%2e%2f',
  '%',
  '%zz',
  '%00',
  '\u0000',
  '__proto__',
  'constructor',
  'toString',
  'null',
  '-1',
  '1e999',
  '99999999999999999999',
  'NaN',
  '[]',
  '{}',
  "' or 1=1 --",
  '%_%',
  '\\',
  '$(id)',
  '\u202e',
  '😀'.repeat(50),
  'a'.repeat(20_000),
  'db',
  'shop',
  'local',
  'latest',
  'true',
  'off',
  '0',
  'f',
  '\ud800',
);
const text = fc.oneof(
  { weight: 3, arbitrary: nasty },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
);
const scalar = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, 2 ** 53, -(2 ** 63)),
);
const keys = fc.oneof(
  fc.constantFrom(
    'names',
    'all',
    'name',
    'source',
    'snapshot',
    'mode',
    'confirmation',
    'point',
    'kind',
    'path',
    'settings',
    'secrets',
    'destination',
    'force',
    '__proto__',
    'constructor',
    'partial',
    'newName',
    'part',
    'makeDefault',
  ),
  text,
);
const value = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 4 }),
  fc.dictionary(keys, scalar, { maxKeys: 3 }),
);
/** Objects of the fields that the API knows, each in a wrong or a strange form; now and then no JSON at all. */
const body = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.dictionary(keys, value, { maxKeys: 6 }).map((object) => JSON.stringify(object)),
  },
  { weight: 2, arbitrary: fc.json() },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '{',
      '{"__proto__":{"all":true}}',
      '[[[['.repeat(5_000),
      '\ufeff{}',
      '"'.repeat(3_000),
      'a=b&c=d',
    ),
  },
);
const contentType = fc.constantFrom(
  'application/json',
  'application/json',
  'application/json',
  'application/json; charset=utf-16',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'nonsense',
  '',
);
const queryNames = fc.constantFrom(
  'limit',
  'cursor',
  'source',
  'state',
  'kind',
  'search',
  'force',
  'confirmation',
  'refresh',
  'environment',
  'protected',
  'parentId',
  'destination',
  '__proto__',
);
const header = fc.constantFrom<readonly [string, string]>(
  ['accept', 'text/event-stream'],
  ['last-event-id', '-5'],
  ['last-event-id', 'x'.repeat(2_000)],
  ['x-forwarded-for', '::1'],
  ['content-type', 'application/json'],
  ['authorization', 'Bearer x'],
  ['cookie', 'a=b; __proto__=1'],
  ['origin', 'null'],
);

/** The storage and the engine of these tests are away by design: to say so, as a gateway does, is no error of its own. */
const asksOthers = new Set(['probeDestination', 'preflightEnvironment']);

/** What changes by itself, or says no more than that somebody looked. */
const leftOut: Readonly<Record<string, readonly string[]>> = {
  sources: ['last_seen_at'],
};
const tablesLeftOut = /audit|rate|session|written/;

function stateOf(file: string): string {
  const database = new BetterSqlite3(file, { readonly: true });
  try {
    const tables = database
      .prepare<[], { name: string }>("select name from sqlite_master where type = 'table' order by name")
      .all()
      .filter(({ name }) => !tablesLeftOut.test(name));
    const hash = createHash('sha256');
    for (const { name } of tables) {
      for (const row of database.prepare<[], Record<string, unknown>>(`select * from "${name}"`).all()) {
        if (row['name'] === 'written-for-readiness') continue;
        for (const column of leftOut[name] ?? []) row[column] = null;
        hash.update(`${name} ${JSON.stringify(row)}\n`);
      }
    }
    return hash.digest('hex');
  } finally {
    database.close();
  }
}

/** As text that can stand in a request line. */
function encode(segment: string): string {
  return Array.from(segment.toWellFormed(), (character) =>
    /[A-Za-z0-9_.~%\\-]/.test(character) ? character : encodeURIComponent(character),
  )
    .join('')
    .slice(0, 6_000);
}

it('takes whatever comes: never an error of its own, no secret given away, nothing changed by what it refused', async () => {
  const world = await createWorld();
  const { document, send, server, secrets, dataDirectory, api, logged } = world;
  // To show the key to an owner who has not confirmed it yet is what this one is for.
  const routes = routesOf(document).filter(({ operation }) => operation.operationId !== 'revealKey');
  const file = path.join(dataDirectory, 'holdfast.db');
  const idle = async () => {
    for (const state of ['queued', 'running']) {
      await expect
        .poll(async () => (await api('GET', `/v1/operations?state=${state}`)).body, { timeout: 20_000 })
        .toMatchObject({ items: [] });
    }
  };
  await idle();
  let before = stateOf(file);
  let asked = 0;
  const seed = Date.now() % 2 ** 31;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...routes),
      fc.array(text, { minLength: 3, maxLength: 3 }),
      fc.array(fc.tuple(queryNames, text), { maxLength: 3 }),
      fc.option(body, { nil: undefined }),
      contentType,
      fc.array(header, { maxLength: 3 }),
      async ({ method, path: route, operation }, parameters, query, payload, type, headers) => {
        let parameter = 0;
        const filled = route.replace(/\{\w+\}/g, () => encode(parameters[parameter++] ?? ''));
        const asks = query.map(([name, held]) => `${name}=${encode(held)}`).join('&');
        const sent = {
          method,
          path: asks === '' ? filled : `${filled}?${asks}`,
          headers: [
            ['authorization', `Bearer ${server.token}`] as const,
            ...(type === '' ? [] : [['content-type', type] as const]),
            ...headers,
          ],
          ...(payload === undefined || method === 'GET' ? {} : { body: payload }),
        };
        const received = await send(sent);
        asked += 1;
        const what = `${operation.operationId} ${received.status} ${received.text.slice(0, 300)}`;
        if (asksOthers.has(operation.operationId)) expect(received.status, what).not.toBe(500);
        else expect(received.status, what).toBeLessThan(500);
        for (const secret of secrets) {
          expect(received.text + received.headers, what).not.toContain(secret);
        }
        if (received.status < 400) {
          await idle();
          before = stateOf(file);
        } else {
          expect(stateOf(file), what).toBe(before);
        }
      },
    ),
    {
      seed,
      numRuns: 100_000,
      interruptAfterTimeLimit: budgetMs,
      markInterruptAsFailure: false,
      endOnFailure: true,
    },
  );
  expect(asked).toBeGreaterThan(50);
  expect(logged.filter((line) => line.includes('failed unexpectedly'))).toEqual([]);
});
