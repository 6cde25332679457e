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

/** Tells of every such request once it was answered, whatever became of it. No route can leave itself out. */
export function recordChanges(app: HttpApp, record: (change: Change) => void): void {
  app.decorateRequest('about', undefined);
  app.addHook('onResponse', async (request, reply) => {
    const { url, config } = request.routeOptions;
    // Where there is no route, nothing can change.
    if (url === undefined || (safeMethods.has(request.method) && config.changes !== true)) return;
    record({
      ...(request.principal === undefined ? {} : { principal: request.principal }),
      action: `${request.method} ${url}`,
      subject: { ...named(request), ...request.about },
      status: reply.statusCode,
      visitor: visitorOf(request),
    });
  });
}

function named({ params }: FastifyRequest): Record<string, string> {
  if (typeof params !== 'object' || params === null) return {};
  const entries = Object.entries(params).map(([name, value]) => [name, String(value).slice(0, longestValue)]);
  return Object.fromEntries(entries);
}
