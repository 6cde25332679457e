import type { z } from 'zod';

/** How a route declares that it answers with server-sent events; `schema` is that of the data of each. */
export function eventStream<T extends z.ZodType>(schema: T) {
  return {
    description: 'Server-sent events. The schema is that of the `data` of each event.',
    content: { 'text/event-stream': { schema } },
  };
}
