import { apiTokenSchema, createApiTokenSchema, createdApiTokenSchema, pageSchema } from '@holdfast/contracts';
import { z } from 'zod';
import { requirePrincipal } from '../http/access.ts';
import type { HttpApp } from '../http/http-app.ts';
import type { TokensService } from './tokens.service.ts';

export function addTokenRoutes(app: HttpApp, tokens: TokensService): void {
  app.get(
    '/v1/tokens',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'listTokens',
        summary: 'Tokens of the API; those of others for an owner.',
        tags: ['tokens'],
        response: { 200: pageSchema(apiTokenSchema) },
      },
    },
    async (request) => ({ items: await tokens.list(requirePrincipal(request)) }),
  );

  app.post(
    '/v1/tokens',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'createToken',
        summary: 'Makes a token; the answer is the only time that it is shown.',
        tags: ['tokens'],
        problems: ['conflict'],
        body: createApiTokenSchema,
        response: { 201: createdApiTokenSchema },
      },
    },
    async (request, reply) => {
      const created = await tokens.create(requirePrincipal(request), request.body);
      request.about = { token: created.token.id, name: created.token.name, role: created.token.role };
      return reply.status(201).send(created);
    },
  );

  app.delete(
    '/v1/tokens/:id',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'removeToken',
        summary: 'Makes a token invalid.',
        tags: ['tokens'],
        params: z.object({ id: z.string().min(1) }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await tokens.remove(requirePrincipal(request), request.params.id);
      return reply.status(204).send();
    },
  );
}
