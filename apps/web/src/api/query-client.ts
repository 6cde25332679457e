import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { sessionKey } from '../session/session.queries.ts';
import { ApiProblem } from './problem.ts';

/** Answers of the server, kept fresh while a page shows them. */
export const queryClient: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchInterval: 30_000,
      // What the server refused stays refused; what did not reach it is worth another try.
      retry: (count, error) => isPassing(error) && count < 3,
    },
  },
  queryCache: new QueryCache({ onError: noteSignedOut }),
  mutationCache: new MutationCache({ onError: noteSignedOut }),
});

function isPassing(error: unknown): boolean {
  return !(error instanceof ApiProblem) || error.status === 0 || error.status >= 500;
}

/** A session that ended: the shell asks to sign in again. A password that was typed wrongly ends none. */
function noteSignedOut(error: unknown): void {
  if (error instanceof ApiProblem && error.code === 'unauthorised')
    queryClient.setQueryData(sessionKey, null);
}
