import { alertFilterSchema, alertSchema, pageSchema } from '@holdfast/contracts';
import type { HttpApp } from '../http/http-app.ts';
import type { AlertsService } from './alerts.service.ts';

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
    (request) => alerts.page(request.query),
  );
}
