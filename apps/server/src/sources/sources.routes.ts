import { declareSourceSchema, sourceListSchema, sourceSchema } from '@holdfast/contracts';
import { z } from 'zod';
import type { HttpApp } from '../http/http-app.ts';
import { type SourcesService, toSource } from './sources.service.ts';

const params = z.object({ source: z.string().min(1) });

export function addSourceRoutes(app: HttpApp, sources: SourcesService): void {
  app.get(
    '/v1/sources',
    { config: { access: 'viewer' }, schema: { response: { 200: sourceListSchema } } },
    () => sources.list(),
  );

  app.get(
    '/v1/sources/:source',
    { config: { access: 'viewer' }, schema: { params, response: { 200: sourceSchema } } },
    async (request) => {
      await sources.discover();
      return toSource(await sources.find(request.params.source));
    },
  );

  app.post(
    '/v1/sources',
    { config: { access: 'admin' }, schema: { body: declareSourceSchema, response: { 201: sourceSchema } } },
    async (request, reply) => {
      const source = toSource(await sources.declare(request.body));
      return reply.status(201).send(source);
    },
  );

  app.delete(
    '/v1/sources/:source',
    { config: { access: 'admin' }, schema: { params } },
    async (request, reply) => {
      await sources.undeclare(request.params.source);
      return reply.status(204).send();
    },
  );
}
