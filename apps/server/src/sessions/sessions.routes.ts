import { pageSchema, sessionFilterSchema, sessionSchema } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { requirePrincipal } from '../http/access.ts';
import type { HttpApp } from '../http/http-app.ts';
import type { SessionsService } from './sessions.service.ts';

export function addSessionRoutes(app: HttpApp, sessions: SessionsService): void {
  app.get(
    '/v1/sessions',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'listSessions',
        summary: 'Where somebody is signed in.',
        tags: ['sign-in'],
        querystring: sessionFilterSchema,
        response: { 200: pageSchema(sessionSchema) },
      },
    },
    async (request) => {
      const { role, id, session } = requirePrincipal(request);
      if (request.query.everybody && role !== 'owner') {
        throw new HoldfastError('forbidden', 'Only an owner sees the sessions of others.');
      }
      const found = await sessions.list(request.query.everybody ? undefined : id);
      return { items: found.map((item) => ({ ...item, current: item.id === session })) };
    },
  );

  app.delete(
    '/v1/sessions/:id',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'revokeSession',
        summary: 'Signs a session out.',
        tags: ['sign-in'],
        params: z.object({ id: z.string().min(1) }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const { role, id } = requirePrincipal(request);
      const revoked = await sessions.revoke(request.params.id, role === 'owner' ? undefined : id);
      if (!revoked)
        throw new HoldfastError('not-found', `There is no session ${request.params.id} of yours.`);
      return reply.status(204).send();
    },
  );
}
