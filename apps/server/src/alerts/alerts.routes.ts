import { alertFilterSchema, alertSchema, pageSchema } from '@holdfast/contracts';
import { z } from 'zod';
import type { HttpApp } from '../http/http-app.ts';
import type { AlertsService } from './alerts.service.ts';

/** An id, or the beginning of one: nothing that means more to a database. */
const params = z.object({ alert: z.string().regex(/^[0-9a-fA-F-]{4,36}$/) });

export function addAlertRoutes(app: HttpApp, alerts: AlertsService): void {
  app.get(
    '/v1/alerts',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'listAlerts',
        summary: 'What a person has to look at, newest first.',
        tags: ['alerts'],
        querystring: alertFilterSchema,
        response: { 200: pageSchema(alertSchema) },
      },
    },
    ({ query }) => alerts.page(query),
  );

  app.post(
    '/v1/alerts/:alert/acknowledge',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'acknowledgeAlert',
        summary: 'Says that somebody knows of it: no more reminders.',
        tags: ['alerts'],
        params,
        response: { 200: alertSchema },
        problems: ['ambiguous'],
      },
    },
    (request) => alerts.acknowledge(request.params.alert, request.principal?.name ?? 'host'),
  );
}
