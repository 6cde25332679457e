import {
  addDestinationSchema,
  addedDestinationSchema,
  changeDestinationSchema,
  type Destination,
  destinationSchema,
  pageSchema,
  probeResultSchema,
  tryDestinationSchema,
} from '@holdfast/contracts';
import type { Destination as OpenedDestination, Space } from '@holdfast/destinations';
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
        const opened = await destinations.open(stored);
        return {
          id,
          name,
          kind,
          location: opened.describe(),
          isDefault,
          lastProbe,
          snapshots: held,
          bytesStored: bytesAdded,
          onThisMachine: opened.traits.onThisMachine,
          costPerMonth: opened.monthlyCost(bytesAdded ?? 0),
          space: await spaceOf(opened),
        };
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
    '/v1/destinations/try',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'tryDestination',
        summary: 'Probes storage that is not a destination yet; nothing is stored.',
        tags: ['destinations'],
        body: tryDestinationSchema,
        response: { 200: probeResultSchema },
      },
    },
    ({ body: { kind, settings } }) => destinations.read(kind, settings).destination.probe(),
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

  app.patch(
    '/v1/destinations/:destination',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'changeDestination',
        summary: 'Makes a destination the default.',
        tags: ['destinations'],
        params,
        body: changeDestinationSchema,
        response: { 200: destinationSchema },
      },
    },
    async (request) => {
      const { id } = await destinations.get(request.params.destination);
      await destinations.makeDefault(id);
      return view(await destinations.get(id));
    },
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

const spacePatienceMs = 2_000;

/** Unknown also where it cannot be told now: a disk that is not mounted, a network share that does not answer. */
async function spaceOf(destination: OpenedDestination): Promise<Space | undefined> {
  const late = AbortSignal.timeout(spacePatienceMs);
  const never = new Promise<undefined>((resolve) => {
    late.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  return Promise.race([destination.space().catch(() => undefined), never]);
}
