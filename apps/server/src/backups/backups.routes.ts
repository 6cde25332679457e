import { operationSchema, startBackupSchema } from '@holdfast/contracts';
import type { HttpApp } from '../http/http-app.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { BackupsService } from './backups.service.ts';

export function addBackupRoutes(app: HttpApp, backups: BackupsService, operations: OperationsService): void {
  app.post(
    '/v1/backups',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'startBackup',
        summary: 'Backs up sources, environments, or everything that is protected.',
        tags: ['backups'],
        problems: ['not-found', 'ambiguous'],
        body: startBackupSchema,
        response: { 202: operationSchema },
      },
    },
    async (request, reply) => {
      const operation = await operations.view(await backups.start(request.body));
      return reply.status(202).send(operation);
    },
  );
}
