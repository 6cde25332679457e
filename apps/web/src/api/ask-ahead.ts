import type { QueryClient } from '@tanstack/react-query';
import { sessionQuery } from '../session/session.queries.ts';
import { queryClient } from './query-client.ts';

/**
 * The loader of a page that asks for what it shows first while its code still comes. It holds nothing up, and what goes
 * wrong is told by the page, which asks for the same. Who is not signed in asks for nothing.
 */
export function askAhead(ask: (client: QueryClient) => Promise<void>): () => void {
  return () => {
    queryClient
      .ensureQueryData(sessionQuery)
      .then((session) => (session === null ? undefined : ask(queryClient)))
      .catch(() => {});
  };
}
