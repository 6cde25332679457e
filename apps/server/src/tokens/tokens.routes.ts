import { apiTokenSchema, createApiTokenSchema, createdApiTokenSchema, pageSchema } from '@holdfast/contracts';
import { z } from 'zod';
import { requirePrincipal } from '../http/access.ts';
import type { HttpApp } from '../http/http-app.ts';
import type { TokensService } from './tokens.service.ts';

export function addTokenRoutes(app: HttpApp, tokens: TokensService): void {
  app.get(
    '/v1/tokens',
    { config: { access: 'viewer' }, schema: { response: { 200: pageSchema(apiTokenSchema) } } },
    async (request) => ({ items: await tokens.list(requirePrincipal(request)) }),
  );

  app.post(
    '/v1/tokens',
    {
      config: { access: 'viewer' },
      schema: { body: createApiTokenSchema, response: { 201: createdApiTokenSchema } },
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
      schema: { params: z.object({ id: z.string().min(1) }) },
    },
    async (request, reply) => {
      await tokens.remove(requirePrincipal(request), request.params.id);
      return reply.status(204).send();
    },
  );
}
