import {
  deleteSnapshotSchema,
  pageSchema,
  type Snapshot,
  snapshotFilterSchema,
  snapshotSchema,
} from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import { parseArrival } from '../http/arrival-cursor.ts';
import { problemsNamed } from '../http/documentation.ts';
import type { HttpApp } from '../http/http-app.ts';
import type { RetentionService } from '../retention/retention.service.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import type { StoredSnapshot } from './snapshot.ts';
import type { SnapshotsService } from './snapshots.service.ts';

const params = z.object({ id: z.string().min(1) });

export interface SnapshotRoutesParts {
  readonly snapshots: SnapshotsService;
  readonly sources: SourcesService;
  readonly destinations: DestinationsService;
  readonly retention: RetentionService;
}

export function addSnapshotRoutes(app: HttpApp, parts: SnapshotRoutesParts): void {
  const { snapshots, sources, destinations, retention } = parts;

  async function views(stored: readonly StoredSnapshot[]): Promise<Snapshot[]> {
    const names = new Map((await destinations.list()).map(({ id, name }) => [id, name]));
    return stored.map((snapshot) => toSnapshot(snapshot, names.get(snapshot.destinationId)));
  }

  async function view(stored: StoredSnapshot): Promise<Snapshot> {
    const [snapshot] = await views([stored]);
    if (snapshot === undefined) throw new HoldfastError('internal', 'The snapshot has no view.');
    return snapshot;
  }

  app.get(
    '/v1/snapshots',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'listSnapshots',
        summary: 'Snapshots of one source or of all, newest first.',
        tags: ['snapshots'],
        problems: ['not-found', 'ambiguous'],
        querystring: snapshotFilterSchema,
        response: { 200: pageSchema(snapshotSchema) },
      },
    },
    async ({ query }) => {
      const sourceId = query.source === undefined ? undefined : (await sources.find(query.source)).id;
      const destinationId =
        query.destination === undefined ? undefined : (await destinations.get(query.destination)).id;
      const beforeArrival = query.cursor === undefined ? undefined : parseArrival(query.cursor);
      const limit = query.limit + 1;
      const { since, before } = query;
      const found = await snapshots.list({ sourceId, destinationId, since, before, beforeArrival, limit });
      const page = found.slice(0, query.limit);
      const next = found.length > query.limit ? String(page.at(-1)?.arrival) : undefined;
      return { items: await views(page), next };
    },
  );

  app.get(
    '/v1/snapshots/:id',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'getSnapshot',
        summary: 'One snapshot, by its id or that of its restic snapshot.',
        tags: ['snapshots'],
        problems: ['ambiguous'],
        params,
        response: { 200: snapshotSchema },
      },
    },
    async (request) => view(await snapshots.get(request.params.id)),
  );

  app.post(
    '/v1/snapshots/:id/confirm',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'confirmSnapshot',
        summary: 'Says that a suspicious snapshot is good after all.',
        tags: ['snapshots'],
        problems: ['ambiguous'],
        params,
        response: { 200: snapshotSchema },
      },
    },
    async (request) => view(await snapshots.confirm(request.params.id)),
  );

  app.delete(
    '/v1/snapshots/:id',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'deleteSnapshot',
        summary: 'Deletes one snapshot for good.',
        tags: ['snapshots'],
        problems: [
          'ambiguous',
          'confirmation-required',
          'last-good-snapshot',
          'cancelled',
          'interrupted',
          'engine-failed',
          ...problemsNamed('repository-'),
          ...problemsNamed('destination-'),
        ],
        params,
        querystring: deleteSnapshotSchema,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await retention.delete(request.params.id, request.query);
      return reply.status(204).send();
    },
  );
}

function toSnapshot(stored: StoredSnapshot, destination = ''): Snapshot {
  const { id, kind, container, time, bytes, bytesAdded, durationMs, state, proof } = stored;
  return {
    id,
    kind,
    container,
    time,
    bytes,
    bytesAdded,
    durationMs,
    state,
    proof,
    destination,
    resticId: stored.parts[0]?.resticId ?? stored.manifestResticId,
    source: stored.sourceName,
    sourceId: stored.sourceId,
    parts: [...stored.parts],
    counts: { ...stored.counts },
  };
}
