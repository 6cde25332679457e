import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** Proxies and clients take a silent stream for a dead one. */
const keepAliveMs = 15_000;
/** A client that has read nothing for so many of these is cut off; what it missed it gets when it comes again. */
const mostUnread = 4;

interface EventStreamParts {
  readonly request: Pick<FastifyRequest, 'isStillAllowed'>;
  readonly response: ServerResponse;
  /** Gets the signal that ends when the client is gone. */
  readonly open: (signal: AbortSignal) => AsyncIterable<SentEvent>;
  /** Milliseconds between the looks at the client. */
  readonly lookEvery?: number;
}

export interface SentEvent {
  readonly data: unknown;
  /** What a client that connects again gives back as Last-Event-ID. */
  readonly id?: number;
}

/**
 * Sends events until they end, the client goes away, or may no longer see them; no faster than the client reads.
 */
export async function sendEvents(parts: EventStreamParts): Promise<void> {
  const { request, response, open, lookEvery = keepAliveMs } = parts;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  let unread = 0;
  const keepAlive = setInterval(() => {
    unread = response.writableNeedDrain ? unread + 1 : 0;
    if (unread >= mostUnread) response.destroy();
    else if (unread === 0) response.write(': still here\n\n');
    void request.isStillAllowed().then((allowed) => {
      if (!allowed) response.destroy();
    });
  }, lookEvery);
  try {
    for await (const { data, id } of open(gone.signal)) {
      const lines = `${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
      if (!response.write(lines)) await once(response, 'drain', { signal: gone.signal });
    }
  } catch (error) {
    // A client that went away is no error.
    if (!gone.signal.aborted) throw error;
  } finally {
    clearInterval(keepAlive);
    response.end();
  }
}
