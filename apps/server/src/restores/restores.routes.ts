import {
  operationSchema,
  restorePreflightSchema,
  startRestorePreflightSchema,
  startRestoreSchema,
} from '@holdfast/contracts';
import { problemsNamed } from '../http/documentation.ts';
import type { HttpApp } from '../http/http-app.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { RestoresService } from './restores.service.ts';

/** A preflight reads the snapshot's manifest from its storage, which may be far away. */
const preflightWithinMs = 2 * 60_000;

export function addRestoreRoutes(
  app: HttpApp,
  restores: RestoresService,
  operations: OperationsService,
): void {
  app.post(
    '/v1/restores/preflight',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'preflightRestore',
        summary: 'What a restore of one source would replace, and what stands in its way.',
        tags: ['restores'],
        problems: ['not-found', 'ambiguous', 'timed-out', 'cancelled'],
        body: startRestorePreflightSchema,
        response: { 200: restorePreflightSchema },
      },
    },
    (request) => restores.preflight(request.body, AbortSignal.timeout(preflightWithinMs)),
  );

  app.post(
    '/v1/restores',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'startRestore',
        summary: 'Puts a snapshot of one source back.',
        tags: ['restores'],
        problems: [
          'not-found',
          'ambiguous',
          'confirmation-required',
          // Whether the snapshot holds the paths, the repository is asked.
          'cancelled',
          'engine-missing',
          'engine-failed',
          ...problemsNamed('repository-'),
          ...problemsNamed('destination-'),
        ],
        body: startRestoreSchema,
        response: { 202: operationSchema },
      },
    },
    async (request, reply) => {
      const operation = await operations.view(await restores.start(request.body));
      return reply.status(202).send(operation);
    },
  );
}
