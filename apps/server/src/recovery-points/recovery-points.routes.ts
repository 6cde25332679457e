import {
  pageSchema,
  type RecoveryPoint,
  recoveryPointFilterSchema,
  recoveryPointSchema,
} from '@holdfast/contracts';
import { z } from 'zod';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import { parseArrival } from '../http/arrival-cursor.ts';
import type { HttpApp } from '../http/http-app.ts';
import type { PointMember, StoredRecoveryPoint } from './recovery-point.ts';
import type { RecoveryPointsService } from './recovery-points.service.ts';

const params = z.object({ id: z.string().min(1) });

export function addRecoveryPointRoutes(
  app: HttpApp,
  points: RecoveryPointsService,
  destinations: DestinationsService,
): void {
  async function views(stored: readonly StoredRecoveryPoint[]): Promise<RecoveryPoint[]> {
    const names = new Map((await destinations.list()).map(({ id, name }) => [id, name]));
    return stored.map((point) => toRecoveryPoint(point, names.get(point.destinationId)));
  }

  app.get(
    '/v1/recovery-points',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'listRecoveryPoints',
        summary: 'States of environments to go back to, newest first.',
        tags: ['recovery points'],
        problems: ['not-found'],
        querystring: recoveryPointFilterSchema,
        response: { 200: pageSchema(recoveryPointSchema) },
      },
    },
    async ({ query: { destination, limit, cursor, ...filter } }) => {
      const destinationId = destination === undefined ? undefined : (await destinations.get(destination)).id;
      const found = await points.list({
        ...filter,
        destinationId,
        beforeArrival: cursor === undefined ? undefined : parseArrival(cursor),
        limit: limit + 1,
      });
      const page = found.slice(0, limit);
      return {
        items: await views(page),
        next: found.length > limit ? String(page.at(-1)?.arrival) : undefined,
      };
    },
  );

  app.get(
    '/v1/recovery-points/:id',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'getRecoveryPoint',
        summary: 'One recovery point, by its id or the beginning of it.',
        tags: ['recovery points'],
        problems: ['ambiguous'],
        params,
        response: { 200: recoveryPointSchema },
      },
    },
    async (request) => {
      const stored = await points.get(request.params.id);
      return toRecoveryPoint(stored, (await destinations.get(stored.destinationId)).name);
    },
  );
}

export function toRecoveryPoint(stored: StoredRecoveryPoint, destination = ''): RecoveryPoint {
  const { id, environment, operationId, time, state, members, definition } = stored;
  return {
    id,
    environment,
    destination,
    operationId,
    time,
    state,
    members: members.map(toMember),
    definition: toMember(definition),
  };
}

function toMember({
  sourceId,
  sourceName,
  kind,
  snapshotId,
  error,
  proven,
}: PointMember): RecoveryPoint['definition'] {
  return { sourceId, source: sourceName, kind, snapshotId, error, proven };
}
