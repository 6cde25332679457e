import { declareSourceSchema, type Source, sourceListSchema, sourceSchema } from '@holdfast/contracts';
import { z } from 'zod';
import type { HttpApp } from '../http/http-app.ts';
import { type SourcesService, toSource } from './sources.service.ts';

const params = z.object({ source: z.string().min(1) });

/** What its plans say of a source. */
export interface SourceProtection {
  describe(answers: readonly Source[]): Promise<Source[]>;
}

export function addSourceRoutes(app: HttpApp, sources: SourcesService, protection: SourceProtection): void {
  const described = async (source: Source) => (await protection.describe([source]))[0] ?? source;

  app.get(
    '/v1/sources',
    { config: { access: 'viewer' }, schema: { response: { 200: sourceListSchema } } },
    async () => {
      const { items, warnings } = await sources.list();
      return { items: await protection.describe(items), warnings };
    },
  );

  app.get(
    '/v1/sources/:source',
    { config: { access: 'viewer' }, schema: { params, response: { 200: sourceSchema } } },
    async (request) => {
      await sources.discover();
      return described(toSource(await sources.find(request.params.source)));
    },
  );

  app.post(
    '/v1/sources',
    { config: { access: 'admin' }, schema: { body: declareSourceSchema, response: { 201: sourceSchema } } },
    async (request, reply) => {
      const source = await described(toSource(await sources.declare(request.body)));
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
