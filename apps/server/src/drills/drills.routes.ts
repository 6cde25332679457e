import {
  drillFilterSchema,
  drillSchema,
  operationSchema,
  pageSchema,
  startDrillSchema,
} from '@holdfast/contracts';
import type { HttpApp } from '../http/http-app.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import type { DrillsService } from './drills.service.ts';

export function addDrillRoutes(
  app: HttpApp,
  drills: DrillsService,
  sources: SourcesService,
  operations: OperationsService,
): void {
  app.post(
    '/v1/drills',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'startDrill',
        summary: 'Restores a snapshot into a throwaway place and compares it.',
        tags: ['drills'],
        problems: ['not-found', 'ambiguous', 'drill-not-possible'],
        body: startDrillSchema,
        response: { 202: operationSchema },
      },
    },
    async (request, reply) => {
      const operation = await operations.view(await drills.start(request.body));
      return reply.status(202).send(operation);
    },
  );

  app.get(
    '/v1/drills',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'listDrills',
        summary: 'Drills that came to a verdict, newest first.',
        tags: ['drills'],
        problems: ['not-found', 'ambiguous'],
        querystring: drillFilterSchema,
        response: { 200: pageSchema(drillSchema) },
      },
    },
    async ({ query: { source, limit } }) => {
      const sourceId = source === undefined ? undefined : (await sources.find(source)).id;
      return { items: await drills.history({ sourceId, limit }) };
    },
  );
}
