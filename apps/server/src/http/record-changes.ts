import type { FastifyRequest } from 'fastify';
import type { Principal } from './access.ts';
import type { HttpApp } from './http-app.ts';
import { safeMethods } from './same-origin.ts';
import { type Visitor, visitorOf } from './visitor.ts';

/** A request that changed something, or tried to. */
export interface Change {
  /** Absent: nobody that is known. */
  readonly principal?: Principal;
  /** The method and the route as it is declared. */
  readonly action: string;
  readonly subject: Readonly<Record<string, string>>;
  readonly status: number;
  readonly visitor: Visitor;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of a route that changes something though its method says that it does not. */
    changes?: true;
  }
  interface FastifyRequest {
    /** What a handler adds to the record of the request: whom it is about. Never a secret. */
    about?: Readonly<Record<string, string>>;
  }
}

const longestValue = 200;

/** As nginx has it: who asked went away before there was an answer. */
const clientGone = 499;

/**
 * Tells of every such request once it was answered, whatever became of it, or who asked went away. No route can leave
 * itself out, nor can anybody by hanging up before the last byte.
 */
export function recordChanges(app: HttpApp, record: (change: Change) => void): void {
  const told = new WeakSet<FastifyRequest>();
  const tell = (request: FastifyRequest, status: number, visitor = visitorOf(request)) => {
    const { url, config } = request.routeOptions;
    // Where there is no route, nothing can change.
    if (url === undefined || (safeMethods.has(request.method) && config.changes !== true)) return;
    if (told.has(request)) return;
    told.add(request);
    record({
      ...(request.principal === undefined ? {} : { principal: request.principal }),
      action: `${request.method} ${url}`,
      subject: { ...named(request), ...request.about },
      status,
      visitor,
    });
  };
  app.decorateRequest('about', undefined);
  app.addHook('onResponse', async (request, reply) => tell(request, reply.statusCode));
  app.addHook('onRequest', async (request, reply) => {
    // A connection that is gone does not say any more from where it came.
    const visitor = visitorOf(request);
    reply.raw.once('close', () =>
      tell(request, reply.raw.headersSent ? reply.statusCode : clientGone, visitor),
    );
  });
}

function named({ params }: FastifyRequest): Record<string, string> {
  if (typeof params !== 'object' || params === null) return {};
  const entries = Object.entries(params).map(([name, value]) => [name, String(value).slice(0, longestValue)]);
  return Object.fromEntries(entries);
}
