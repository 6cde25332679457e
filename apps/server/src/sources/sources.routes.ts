import {
  declareSourceSchema,
  discoverySchema,
  type Source,
  sourceFilterSchema,
  sourceListSchema,
  sourceSchema,
} from '@holdfast/contracts';
import { z } from 'zod';
import { problemsNamed } from '../http/documentation.ts';
import type { HttpApp } from '../http/http-app.ts';
import { type SourcesService, toSource } from './sources.service.ts';

const params = z.object({ source: z.string().min(1) });
const tags = ['sources'];

/** What its plans say of a source. */
export interface SourceProtection {
  describe(answers: readonly Source[]): Promise<Source[]>;
}

export function addSourceRoutes(app: HttpApp, sources: SourcesService, protection: SourceProtection): void {
  const described = async (source: Source) => (await protection.describe([source]))[0] ?? source;

  app.get(
    '/v1/sources',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'listSources',
        summary: 'What can be backed up, as the last discovery left it.',
        tags,
        querystring: sourceFilterSchema,
        response: { 200: sourceListSchema },
      },
    },
    async (request) => {
      const { items, ...rest } = await sources.list(request.query);
      return { ...rest, items: await protection.describe(items) };
    },
  );

  app.post(
    '/v1/discovery',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'discoverSources',
        summary: 'Looks around for sources now.',
        tags,
        response: { 200: discoverySchema },
      },
    },
    () => sources.lookAround(),
  );

  app.get(
    '/v1/sources/:source',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'getSource',
        summary: 'One source, by its id, name or container.',
        tags,
        params,
        querystring: sourceFilterSchema.pick({ refresh: true }),
        response: { 200: sourceSchema },
        problems: ['ambiguous'],
      },
    },
    async (request) => {
      if (request.query.refresh) await sources.discover();
      return described(toSource(await sources.find(request.params.source)));
    },
  );

  app.post(
    '/v1/sources',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'declareSource',
        summary: 'Declares a source that discovery cannot find.',
        tags,
        body: declareSourceSchema,
        response: { 201: sourceSchema },
        problems: [
          'conflict',
          'source-name-invalid',
          ...problemsNamed('source-un'),
          ...problemsNamed('credentials-'),
          ...problemsNamed('docker-'),
          'timed-out',
          'program-missing',
        ],
      },
    },
    async (request, reply) => {
      const source = await described(toSource(await sources.declare(request.body)));
      return reply.status(201).send(source);
    },
  );

  app.delete(
    '/v1/sources/:source',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'undeclareSource',
        summary: 'Takes a declaration back; snapshots stay.',
        tags,
        params,
        response: { 204: z.undefined() },
        problems: ['ambiguous', 'conflict'],
      },
    },
    async (request, reply) => {
      await sources.undeclare(request.params.source);
      return reply.status(204).send();
    },
  );
}
