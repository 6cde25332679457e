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
  async function view(stored: StoredDestination): Promise<Destination> {
    const { id, name, kind, isDefault, lastProbe } = stored;
    const counts = (await snapshots.countByDestination()).get(id);
    const location = (await destinations.open(stored)).describe();
    return { id, name, kind, location, isDefault, lastProbe, snapshots: counts?.snapshots ?? 0 };
  }

  app.get(
    '/v1/destinations',
    { config: { access: 'viewer' }, schema: { response: { 200: pageSchema(destinationSchema) } } },
    async () => ({
      items: await Promise.all((await destinations.list()).map(view)),
    }),
  );

  app.post(
    '/v1/destinations',
    {
      config: { access: 'admin' },
      schema: { body: addDestinationSchema, response: { 201: addedDestinationSchema } },
    },
    async (request, reply) => {
      const { stored, probe } = await destinations.add(request.body);
      return reply.status(201).send({ destination: await view(stored), probe });
    },
  );

  app.post(
    '/v1/destinations/:destination/probe',
    { config: { access: 'admin' }, schema: { params, response: { 200: probeResultSchema } } },
    (request) => destinations.probe(request.params.destination),
  );

  app.delete(
    '/v1/destinations/:destination',
    {
      config: { access: 'admin' },
      schema: { params, querystring: z.object({ force: z.stringbool().default(false) }) },
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
