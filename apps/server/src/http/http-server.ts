import cookie from '@fastify/cookie';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Log } from '../logs/log.ts';
import { type Authenticate, guardRoutes } from './access.ts';
import { rememberRoutes } from './documentation.ts';
import type { HttpApp, Transport } from './http-app.ts';
import { answerWithProblems } from './problems.ts';
import { type Change, recordChanges } from './record-changes.ts';
import { logRequests } from './request-log.ts';
import { addSecurityHeaders } from './security-headers.ts';

export interface HttpServerParts {
  readonly transport: Transport;
  readonly authenticate: Authenticate;
  readonly addRoutes: (app: HttpApp, transport: Transport) => void;
  readonly onInternalError: (error: unknown) => void;
  /** Absent: requests are not told of. */
  readonly log?: Log;
  /** Told of every request that changed something, or tried to. */
  readonly onChange?: (change: Change) => void;
  /** Whose word about where a request came from is taken: addresses or networks. */
  readonly trustedProxies?: readonly string[];
  /** Where browsers reach it. */
  readonly publicUrl?: URL;
}

/** The HTTP API on one transport; not listening yet. */
export function createHttpServer(parts: HttpServerParts): HttpApp {
  const { trustedProxies = [] } = parts;
  const app = fastify({
    // Event streams never end by themselves: closing must not wait for them.
    forceCloseConnections: true,
    bodyLimit: 1024 * 1024,
    routerOptions: { maxParamLength: 512 },
    // Fastify would load its own compilers before it hears of the ones below.
    schemaController: { compilersFactory: { buildValidator: replaced, buildSerializer: replaced } },
    trustProxy: parts.transport === 'tcp' && trustedProxies.length > 0 ? [...trustedProxies] : false,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerWithProblems(app, parts.onInternalError);
  if (parts.log !== undefined) logRequests(app, parts.log);
  void app.register(cookie);
  addSecurityHeaders(app, parts.publicUrl);
  if (parts.onChange !== undefined) recordChanges(app, parts.onChange);
  rememberRoutes(app);
  guardRoutes(app, parts);
  app.get(
    '/healthz',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'getHealth',
        summary: 'Whether the process answers.',
        tags: ['system'],
        response: { 200: z.object({ ok: z.boolean() }) },
      },
    },
    () => ({ ok: true }),
  );
  parts.addRoutes(app, parts.transport);
  return app;
}

function replaced(): never {
  throw new Error('schemas are compiled by zod here');
}
