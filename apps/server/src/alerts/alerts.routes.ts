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
      schema: { querystring: alertFilterSchema, response: { 200: pageSchema(alertSchema) } },
    },
    ({ query }) => alerts.page(query),
  );

  app.post(
    '/v1/alerts/:alert/acknowledge',
    { config: { access: 'operator' }, schema: { params, response: { 200: alertSchema } } },
    (request) => alerts.acknowledge(request.params.alert, request.principal?.name ?? 'host'),
  );
}
