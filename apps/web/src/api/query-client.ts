import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { sessionKey } from '../session/session.queries.ts';
import { ApiProblem } from './problem.ts';

/** Answers of the server, kept fresh while a page shows them. */
export const queryClient: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchInterval: ({ state }) => (isLong(state.data) ? false : 30_000),
      refetchOnWindowFocus: ({ state }) => !isLong(state.data),
      // What the server refused stays refused; what did not reach it is worth another try.
      retry: (count, error) => isPassing(error) && count < 3,
    },
  },
  queryCache: new QueryCache({ onError: noteSignedOut }),
  mutationCache: new MutationCache({ onError: noteSignedOut }),
});

/** A list of which somebody has read on: all of its pages would be asked for again. */
function isLong(data: unknown): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    'pages' in data &&
    Array.isArray(data.pages) &&
    data.pages.length > 1
  );
}

function isPassing(error: unknown): boolean {
  return !(error instanceof ApiProblem) || error.status === 0 || error.status >= 500;
}

/** A session that ended: the shell asks to sign in again. A password that was typed wrongly ends none. */
function noteSignedOut(error: unknown): void {
  if (error instanceof ApiProblem && error.code === 'unauthorised')
    queryClient.setQueryData(sessionKey, null);
}
