import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Authenticate, guardRoutes } from './access.ts';
import { rememberRoutes } from './documentation.ts';
import type { HttpApp, Transport } from './http-app.ts';
import { answerWithProblems } from './problems.ts';

export interface HttpServerParts {
  readonly transport: Transport;
  readonly authenticate: Authenticate;
  readonly addRoutes: (app: HttpApp, transport: Transport) => void;
  readonly onInternalError: (error: unknown) => void;
}

/** The HTTP API on one transport; not listening yet. */
export function createHttpServer(parts: HttpServerParts): HttpApp {
  const app = fastify({
    // Event streams never end by themselves: closing must not wait for them.
    forceCloseConnections: true,
    bodyLimit: 1024 * 1024,
    routerOptions: { maxParamLength: 512 },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerWithProblems(app, parts.onInternalError);
  rememberRoutes(app);
  guardRoutes(app, parts.transport, parts.authenticate);
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
