import { operationSchema, pageSchema, retentionDecisionSchema } from '@holdfast/contracts';
import { z } from 'zod';
import type { HttpApp } from '../http/http-app.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import type { RetentionService } from './retention.service.ts';

const querystring = z.object({ source: z.string().min(1).optional() });

export function addRetentionRoutes(
  app: HttpApp,
  retention: RetentionService,
  sources: SourcesService,
  operations: OperationsService,
): void {
  app.get(
    '/v1/retention/preview',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'previewRetention',
        summary: 'Which snapshots would stay and which would go, and why.',
        tags: ['retention'],
        problems: ['not-found', 'ambiguous'],
        querystring,
        response: { 200: pageSchema(retentionDecisionSchema) },
      },
    },
    async ({ query }) => {
      const sourceId = query.source === undefined ? undefined : (await sources.find(query.source)).id;
      return { items: await retention.preview(sourceId) };
    },
  );

  app.post(
    '/v1/retention',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'startRetention',
        summary: 'Removes what the policy says goes.',
        tags: ['retention'],
        response: { 202: operationSchema },
      },
    },
    async (_request, reply) => {
      const operation = await operations.view(await retention.start());
      return reply.status(202).send(operation);
    },
  );
}
