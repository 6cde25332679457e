import { logLineSchema, operationFilterSchema, operationSchema, pageSchema } from '@holdfast/contracts';
import { z } from 'zod';
import type { HttpApp } from '../http/http-app.ts';
import { type SentEvent, sendEvents } from '../http/server-sent-events.ts';
import type { OperationsService } from './operations.service.ts';

const params = z.object({ id: z.string().min(1) });

export function addOperationRoutes(app: HttpApp, operations: OperationsService): void {
  app.get(
    '/v1/operations',
    {
      config: { access: 'viewer' },
      schema: { querystring: operationFilterSchema, response: { 200: pageSchema(operationSchema) } },
    },
    (request) => operations.list(request.query),
  );

  app.get(
    '/v1/operations/:id',
    { config: { access: 'viewer' }, schema: { params, response: { 200: operationSchema } } },
    async (request) => operations.get(await operations.resolveId(request.params.id)),
  );

  app.post(
    '/v1/operations/:id/cancel',
    { config: { access: 'operator' }, schema: { params, response: { 200: operationSchema } } },
    async (request) => operations.cancel(await operations.resolveId(request.params.id)),
  );

  app.get(
    '/v1/operations/:id/log',
    {
      config: { access: 'viewer' },
      schema: { params, response: { 200: z.object({ items: z.array(logLineSchema) }) } },
    },
    async (request) => ({ items: await operations.log(await operations.resolveId(request.params.id)) }),
  );

  app.get(
    '/v1/operations/:id/events',
    { config: { access: 'viewer' }, schema: { params } },
    async (request, reply) => {
      // Errors before the stream begins are problems like any other.
      const id = await operations.resolveId(request.params.id);
      const lastSeen = Number(request.headers['last-event-id'] ?? 0);
      reply.hijack();
      await sendEvents(reply.raw, (signal) =>
        withIds(operations, id, signal, Number.isSafeInteger(lastSeen) ? lastSeen : 0),
      );
    },
  );
}

/** The sequence of the operation's own log is the event id; after a reconnect its parts' lines come again. */
async function* withIds(
  operations: OperationsService,
  id: string,
  signal: AbortSignal,
  afterSequence: number,
): AsyncGenerator<SentEvent> {
  for await (const event of operations.follow(id, signal, afterSequence)) {
    const isOwnLine = event.type === 'log' && event.operationId === id;
    yield isOwnLine ? { data: event, id: event.line.sequence } : { data: event };
  }
}
