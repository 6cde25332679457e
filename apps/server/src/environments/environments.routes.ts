import {
  environmentPreflightSchema,
  operationSchema,
  startEnvironmentRestoreSchema,
  startPreflightSchema,
} from '@holdfast/contracts';
import { z } from 'zod';
import type { HttpApp } from '../http/http-app.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { EnvironmentsService } from './environments.service.ts';

const params = z.object({ environment: z.string().min(1) });
/** A preflight reads the recovery point from its storage and asks every database what it holds. */
const preflightWithinMs = 10 * 60_000;

export function addEnvironmentRoutes(
  app: HttpApp,
  environments: EnvironmentsService,
  operations: OperationsService,
): void {
  app.post(
    '/v1/environments/:environment/preflight',
    {
      config: { access: 'operator' },
      schema: { params, body: startPreflightSchema, response: { 200: environmentPreflightSchema } },
    },
    (request) =>
      environments.preflight(
        request.params.environment,
        request.body.point,
        AbortSignal.timeout(preflightWithinMs),
      ),
  );

  app.post(
    '/v1/environments/:environment/restore',
    {
      config: { access: 'operator' },
      schema: { params, body: startEnvironmentRestoreSchema, response: { 202: operationSchema } },
    },
    async (request, reply) => {
      const started = await environments.start(request.params.environment, request.body);
      return reply.status(202).send(await operations.view(started));
    },
  );
}
