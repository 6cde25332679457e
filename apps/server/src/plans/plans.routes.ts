import {
  addPlanSchema,
  type ErrorCode,
  editPlanSchema,
  operationSchema,
  pageSchema,
  planFilterSchema,
  planPreviewSchema,
  planRetentionPreviewSchema,
  planSchema,
  previewPlanSchema,
  retentionPreviewQuerySchema,
} from '@holdfast/contracts';
import { z } from 'zod';
import type { BackupsService } from '../backups/backups.service.ts';
import { problemsNamed } from '../http/documentation.ts';
import type { HttpApp } from '../http/http-app.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { RetentionService } from '../retention/retention.service.ts';
import { type PreviewParts, previewPlan } from './plan-preview.ts';

const params = z.object({ plan: z.string().min(1) });

export interface PlanRouteParts {
  readonly preview: PreviewParts;
  readonly backups: BackupsService;
  readonly retention: RetentionService;
  readonly operations: OperationsService;
}

/** What a plan may be refused for. */
const invalidPlan: readonly ErrorCode[] = [
  ...problemsNamed('schedule-'),
  'jitter-too-long',
  'time-zone-invalid',
  'selector-invalid',
];

export function addPlanRoutes(app: HttpApp, parts: PlanRouteParts): void {
  const { plans } = parts.preview;

  app.get(
    '/v1/plans',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'listPlans',
        summary: 'What is backed up when, where to, and for how long.',
        tags: ['plans'],
        querystring: planFilterSchema,
        response: { 200: pageSchema(planSchema) },
      },
    },
    (request) => plans.page(request.query),
  );

  app.post(
    '/v1/plans',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'addPlan',
        summary: 'Adds a plan.',
        tags: ['plans'],
        problems: ['conflict', 'not-found', ...invalidPlan],
        body: addPlanSchema,
        response: { 201: planSchema },
      },
    },
    async (request, reply) => {
      const plan = await plans.view(await plans.add(request.body));
      return reply.status(201).send(plan);
    },
  );

  app.post(
    '/v1/plans/preview',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'previewPlan',
        summary: 'What a plan would catch, and when it would run.',
        tags: ['plans'],
        problems: ['not-found', ...invalidPlan],
        body: previewPlanSchema,
        response: { 200: planPreviewSchema },
      },
    },
    ({ body }) => previewPlan(body, parts.preview),
  );

  app.get(
    '/v1/plans/:plan',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'getPlan',
        summary: 'One plan.',
        tags: ['plans'],
        params,
        response: { 200: planSchema },
      },
    },
    async (request) => plans.view(await plans.get(request.params.plan)),
  );

  app.patch(
    '/v1/plans/:plan',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'editPlan',
        summary: 'Changes a plan.',
        tags: ['plans'],
        problems: ['conflict', 'default-plan', ...invalidPlan],
        params,
        body: editPlanSchema,
        response: { 200: planSchema },
      },
    },
    async (request) => plans.view(await plans.edit(request.params.plan, request.body)),
  );

  app.delete(
    '/v1/plans/:plan',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'removePlan',
        summary: 'Removes a plan; its snapshots stay.',
        tags: ['plans'],
        problems: ['default-plan'],
        params,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await plans.remove(request.params.plan);
      return reply.status(204).send();
    },
  );

  app.post(
    '/v1/plans/:plan/run',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'runPlan',
        summary: 'Runs a plan now.',
        tags: ['plans'],
        problems: ['conflict'],
        params,
        response: { 202: operationSchema },
      },
    },
    async (request, reply) => {
      const operation = await parts.operations.view(await parts.backups.startPlan(request.params.plan));
      return reply.status(202).send(operation);
    },
  );

  app.get(
    '/v1/plans/:plan/retention-preview',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'previewPlanRetention',
        summary: 'What the retention of a plan would keep and remove.',
        tags: ['plans'],
        params,
        querystring: retentionPreviewQuerySchema,
        response: { 200: planRetentionPreviewSchema },
      },
    },
    ({ params: { plan }, query }) => parts.retention.previewPlan(plan, query),
  );
}
