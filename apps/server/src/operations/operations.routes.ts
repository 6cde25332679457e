import {
  instanceEventSchema,
  logLineSchema,
  operationEventSchema,
  operationFilterSchema,
  operationSchema,
  pageSchema,
} from '@holdfast/contracts';
import { z } from 'zod';
import { eventStream } from '../http/event-stream.ts';
import type { HttpApp } from '../http/http-app.ts';
import { type SentEvent, sendEvents } from '../http/server-sent-events.ts';
import type { InstanceEvents } from './instance-events.ts';
import type { OperationsService } from './operations.service.ts';

const params = z.object({ id: z.string().min(1) });

export function addOperationRoutes(
  app: HttpApp,
  operations: OperationsService,
  instanceEvents: InstanceEvents,
): void {
  app.get(
    '/v1/events',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'followAll',
        summary: 'All operations that have not ended, then each change of any, as it comes.',
        tags: ['operations'],
        response: { 200: eventStream(instanceEventSchema) },
      },
    },
    async (request, reply) => {
      reply.hijack();
      await sendEvents({
        request,
        response: reply.raw,
        open: (signal) => asData(instanceEvents.follow(signal)),
      });
    },
  );

  app.get(
    '/v1/operations',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'listOperations',
        summary: 'Operations, newest first; parts of a pass on request only.',
        tags: ['operations'],
        querystring: operationFilterSchema,
        response: { 200: pageSchema(operationSchema) },
      },
    },
    (request) => operations.list(request.query),
  );

  app.get(
    '/v1/operations/:id',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'getOperation',
        summary: 'One operation, by its id or the beginning of it.',
        tags: ['operations'],
        problems: ['ambiguous'],
        params,
        response: { 200: operationSchema },
      },
    },
    async (request) => operations.get(await operations.resolveId(request.params.id)),
  );

  app.post(
    '/v1/operations/:id/cancel',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'cancelOperation',
        summary: 'Cancels an operation and its parts.',
        tags: ['operations'],
        problems: ['ambiguous'],
        params,
        response: { 200: operationSchema },
      },
    },
    async (request) => operations.cancel(await operations.resolveId(request.params.id)),
  );

  app.get(
    '/v1/operations/:id/log',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'getOperationLog',
        summary: 'What an operation has written so far.',
        tags: ['operations'],
        problems: ['ambiguous'],
        params,
        response: { 200: z.object({ items: z.array(logLineSchema) }) },
      },
    },
    async (request) => ({ items: await operations.log(await operations.resolveId(request.params.id)) }),
  );

  app.get(
    '/v1/operations/:id/events',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'followOperation',
        summary: 'The log and the state of an operation as they come, until it ends.',
        tags: ['operations'],
        problems: ['ambiguous'],
        params,
        response: { 200: eventStream(operationEventSchema) },
      },
    },
    async (request, reply) => {
      // Errors before the stream begins are problems like any other.
      const id = await operations.resolveId(request.params.id);
      const lastSeen = Number(request.headers['last-event-id'] ?? 0);
      reply.hijack();
      await sendEvents({
        request,
        response: reply.raw,
        open: (signal) => withIds(operations, id, signal, Number.isSafeInteger(lastSeen) ? lastSeen : 0),
      });
    },
  );
}

/** Without ids: a client that comes back gets all that runs once more. */
async function* asData(events: AsyncIterable<unknown>): AsyncGenerator<SentEvent> {
  for await (const data of events) yield { data };
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
