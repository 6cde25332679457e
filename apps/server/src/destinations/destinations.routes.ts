import {
  addDestinationSchema,
  addedDestinationSchema,
  type Destination,
  destinationSchema,
  pageSchema,
  probeResultSchema,
} from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { problemsNamed } from '../http/documentation.ts';
import type { HttpApp } from '../http/http-app.ts';
import type { SnapshotsService } from '../snapshots/snapshots.service.ts';
import type { DestinationsService } from './destinations.service.ts';
import type { StoredDestination } from './destinations.store.ts';

const params = z.object({ destination: z.string().min(1) });

export function addDestinationRoutes(
  app: HttpApp,
  destinations: DestinationsService,
  snapshots: SnapshotsService,
): void {
  async function views(all: readonly StoredDestination[]): Promise<Destination[]> {
    const counts = await snapshots.countByDestination();
    return Promise.all(
      all.map(async (stored) => {
        const { id, name, kind, isDefault, lastProbe } = stored;
        const { snapshots: held = 0, bytesAdded } = counts.get(id) ?? {};
        const location = (await destinations.open(stored)).describe();
        return { id, name, kind, location, isDefault, lastProbe, snapshots: held, bytesStored: bytesAdded };
      }),
    );
  }

  async function view(stored: StoredDestination): Promise<Destination> {
    const [destination] = await views([stored]);
    if (destination === undefined) throw new HoldfastError('internal', 'The destination has no view.');
    return destination;
  }

  app.get(
    '/v1/destinations',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'listDestinations',
        summary: 'Where backups go.',
        tags: ['destinations'],
        response: { 200: pageSchema(destinationSchema) },
      },
    },
    async () => ({
      items: await views(await destinations.list()),
    }),
  );

  app.post(
    '/v1/destinations',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'addDestination',
        summary: 'Probes storage and adds it as a destination.',
        tags: ['destinations'],
        problems: ['conflict', ...problemsNamed('destination-')],
        body: addDestinationSchema,
        response: { 201: addedDestinationSchema },
      },
    },
    async (request, reply) => {
      const { stored, probe } = await destinations.add(request.body);
      return reply.status(201).send({ destination: await view(stored), probe });
    },
  );

  app.post(
    '/v1/destinations/:destination/probe',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'probeDestination',
        summary: 'Tries whether a destination can be written, read and deleted from.',
        tags: ['destinations'],
        params,
        response: { 200: probeResultSchema },
      },
    },
    (request) => destinations.probe(request.params.destination),
  );

  app.delete(
    '/v1/destinations/:destination',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'removeDestination',
        summary: 'Forgets a destination; what is stored there stays.',
        tags: ['destinations'],
        problems: ['destination-in-use'],
        params,
        querystring: z.object({ force: z.stringbool().default(false) }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const stored = await destinations.get(request.params.destination);
      const held = (await snapshots.countByDestination()).get(stored.id)?.snapshots ?? 0;
      if (held > 0 && !request.query.force) {
        throw new HoldfastError('destination-in-use', `${stored.name} holds ${held} snapshots.`);
      }
      await destinations.remove(stored);
      return reply.status(204).send();
    },
  );
}
