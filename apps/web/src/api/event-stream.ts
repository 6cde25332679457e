import type { z } from 'zod';
import { sessionKey } from '../session/session.queries.ts';
import { queryClient } from './query-client.ts';

export interface EventStreamOptions<T extends z.ZodType> {
  readonly schema: T;
  readonly onEvent: (event: z.infer<T>) => void;
  readonly onConnected: (connected: boolean) => void;
}

/** Before a stream that the server refused is asked for again. */
const againAfterMs = 3_000;

/**
 * Follows server-sent events until it is closed, over every break of the connection. While nobody looks at the tab it
 * is not connected: browsers allow a host only a few connections at a time, over all tabs.
 * @returns how to close it
 */
export function followEvents<T extends z.ZodType>(
  path: string,
  { schema, onEvent, onConnected }: EventStreamOptions<T>,
): () => void {
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  const disconnect = () => {
    clearTimeout(again);
    source?.close();
    source = undefined;
    onConnected(false);
  };
  const connect = () => {
    const opened = new EventSource(path);
    source = opened;
    opened.addEventListener('open', () => onConnected(true));
    opened.addEventListener('message', ({ data }: MessageEvent<string>) =>
      onEvent(schema.parse(JSON.parse(data))),
    );
    opened.addEventListener('error', () => {
      onConnected(false);
      // After a lost connection the browser comes back by itself; after an answer that was no stream it does not.
      if (opened.readyState === EventSource.CLOSED) again = setTimeout(connect, againAfterMs);
      // Whether the session has ended, or the server is away, is told by this.
      void queryClient.invalidateQueries({ queryKey: sessionKey });
    });
  };
  const follow = () => {
    if (document.visibilityState === 'hidden') disconnect();
    else if (source === undefined) connect();
  };
  document.addEventListener('visibilitychange', follow);
  follow();
  return () => {
    document.removeEventListener('visibilitychange', follow);
    disconnect();
  };
}
