import {
  environmentFilterSchema,
  environmentPreflightSchema,
  environmentSchema,
  operationSchema,
  pageSchema,
  startEnvironmentRestoreSchema,
  startPreflightSchema,
} from '@holdfast/contracts';
import { z } from 'zod';
import { problemsNamed } from '../http/documentation.ts';
import type { HttpApp } from '../http/http-app.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { EnvironmentSummaries } from './environment-summaries.ts';
import type { EnvironmentsService } from './environments.service.ts';

const params = z.object({ environment: z.string().min(1) });
/** A preflight reads the recovery point from its storage and asks every database what it holds. */
const preflightWithinMs = 10 * 60_000;

export function addEnvironmentRoutes(
  app: HttpApp,
  environments: EnvironmentsService,
  operations: OperationsService,
  summaries: EnvironmentSummaries,
): void {
  app.get(
    '/v1/environments',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'listEnvironments',
        summary: 'What is restored together, how well it is guarded, and its sources, by name.',
        tags: ['environments'],
        querystring: environmentFilterSchema,
        response: { 200: pageSchema(environmentSchema) },
      },
    },
    (request) => summaries.page(request.query),
  );

  app.get(
    '/v1/environments/:environment',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'getEnvironment',
        summary: 'One environment, how well it is guarded, and its sources.',
        tags: ['environments'],
        params,
        response: { 200: environmentSchema },
      },
    },
    (request) => summaries.get(request.params.environment),
  );

  app.post(
    '/v1/environments/:environment/preflight',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'preflightEnvironment',
        summary: 'What a restore of an environment would do, and what stands in its way.',
        tags: ['environments'],
        problems: [
          'ambiguous',
          'timed-out',
          'cancelled',
          'engine-failed',
          'engine-missing',
          ...problemsNamed('repository-'),
          ...problemsNamed('destination-'),
          ...problemsNamed('docker-'),
          ...problemsNamed('restore-'),
        ],
        params,
        body: startPreflightSchema,
        response: { 200: environmentPreflightSchema },
      },
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
      schema: {
        operationId: 'restoreEnvironment',
        summary: 'Puts a whole environment back as it was.',
        tags: ['environments'],
        problems: [
          'ambiguous',
          'confirmation-required',
          'engine-failed',
          'engine-missing',
          ...problemsNamed('repository-'),
          ...problemsNamed('destination-'),
          ...problemsNamed('docker-'),
          ...problemsNamed('restore-'),
        ],
        params,
        body: startEnvironmentRestoreSchema,
        response: { 202: operationSchema },
      },
    },
    async (request, reply) => {
      const started = await environments.start(request.params.environment, request.body);
      return reply.status(202).send(await operations.view(started));
    },
  );
}
