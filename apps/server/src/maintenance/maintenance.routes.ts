import { operationSchema } from '@holdfast/contracts';
import type { HttpApp } from '../http/http-app.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { MaintenanceService } from './maintenance.service.ts';

export function addMaintenanceRoutes(
  app: HttpApp,
  maintenance: MaintenanceService,
  operations: OperationsService,
): void {
  for (const [path, kind, operationId, summary] of [
    ['/v1/prunes', 'prune', 'startPrune', 'Gives space back that no snapshot needs any more.'],
    ['/v1/checks', 'check', 'startCheck', 'Reads the repositories for damage.'],
  ] as const) {
    app.post(
      path,
      {
        config: { access: 'admin' },
        schema: { operationId, summary, tags: ['maintenance'], response: { 202: operationSchema } },
      },
      async (_request, reply) => {
        const operation = await operations.view(await maintenance.start(kind));
        return reply.status(202).send(operation);
      },
    );
  }
}
