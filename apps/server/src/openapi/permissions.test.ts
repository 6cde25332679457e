import { type Role, roles } from '@holdfast/contracts';
import { destinationKinds } from '@holdfast/destinations';
import { createMemoryEngine, createMemorySource } from '@holdfast/worker/testing';
import { expect, it } from 'vitest';
import { createApp } from '../app.ts';
import { systemClock } from '../clock.ts';
import { loadConfig } from '../config.ts';
import type { Access, Authenticate } from '../http/access.ts';
import { createHttpServer } from '../http/http-server.ts';
import { withKeys } from '../keyed-config.ts';
import { addRoutes } from '../routes.ts';
import { createFakeDocker } from '../testing/fake-docker.ts';
import { temporaryDatabase } from '../testing/temporary-database.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { describeApi } from './document.ts';
import { routesOf } from './testing/document-check.ts';

/** Says who it is by the header `as`: a role, or `host`. */
const byHeader: Authenticate = async ({ headers: { as } }) => {
  if (as === undefined) return undefined;
  if (as === 'host') return { kind: 'host', id: 'host', name: 'this host', role: 'owner' };
  return { kind: 'person', id: String(as), name: String(as), role: String(as) as Role };
};

const letThrough = 299;

function expected(access: Access, as: Role | 'host' | undefined): number {
  if (access === 'open') return letThrough;
  if (as === undefined) return 401;
  // From afar: what is for the host alone is given to nobody.
  if (access === 'host') return 403;
  // The host has no account of its own.
  if (access === 'person') return as === 'host' ? 403 : letThrough;
  return as === 'host' || roles.indexOf(as) >= roles.indexOf(access) ? letThrough : 403;
}

it('lets every role do on every route what the document says, and no more', async () => {
  const { database } = await temporaryDatabase();
  const config = withKeys(
    loadConfig({
      environment: { TZ: 'UTC' },
      overrides: { dataDirectory: await temporaryFolder() },
    }),
  );
  const engine = createMemoryEngine();
  const docker = createFakeDocker();
  const app = await createApp(config, database, {
    engine,
    docker,
    destinationKinds,
    clock: systemClock,
    version: '0.1.0',
    sourceKinds: [createMemorySource()],
    log: () => {},
  });
  const doctor = {
    ...app,
    docker,
    clock: systemClock,
    describeEngine: () => engine.version(),
    dataDirectory: config.dataDirectory,
    newestRecord: async () => undefined,
  };
  const http = createHttpServer({
    transport: 'tcp',
    authenticate: byHeader,
    addRoutes: (to) => {
      // Whoever got so far was let through; nothing is to be done for it.
      to.addHook('preValidation', (_request, reply) => reply.status(letThrough).send());
      addRoutes(to, app, doctor);
    },
    onInternalError: () => {},
  });
  const wrong: string[] = [];
  for (const { method, path, operation } of routesOf(describeApi(http.declaredRoutes, '0'))) {
    for (const as of [undefined, ...roles, 'host'] as const) {
      const url = path.replace(/\{\w+\}/g, 'x');
      const { statusCode } = await http.inject({
        method: method as 'GET',
        url,
        // As from Holdfast's own pages.
        headers: { 'sec-fetch-site': 'same-origin', ...(as === undefined ? {} : { as }) },
      });
      const should = expected(operation['x-access'], as);
      if (statusCode !== should)
        wrong.push(`${method} ${path} as ${as ?? 'nobody'}: ${statusCode}, not ${should}`);
    }
  }
  expect(wrong).toEqual([]);
});
