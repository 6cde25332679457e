import { overviewSchema } from '@holdfast/contracts';
import type { HttpApp } from '../http/http-app.ts';
import type { OverviewService } from './overview.service.ts';

export function addOverviewRoutes(app: HttpApp, overview: OverviewService): void {
  app.get(
    '/v1/overview',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'getOverview',
        summary: 'How well everything is guarded, what is stored, and what comes next.',
        tags: ['overview'],
        response: { 200: overviewSchema },
      },
    },
    () => overview.get(),
  );
}
