import { sessionKey } from '../session/session.queries.ts';
import { callVoid } from './call.ts';
import { queryClient } from './query-client.ts';

const againAfterMs = 3_000;

/**
 * Loads the code of the page that somebody goes to. While the server is away it waits, with what was shown before; to
 * load the window anew then would leave it empty.
 */
export function onceReachable<Module>(load: () => Promise<Module>): () => Promise<Module> {
  return async () => {
    try {
      return await load();
    } catch (error) {
      // Of a version that is gone: the router loads the window anew, once.
      if (await isReachable()) throw error;
      // Above the page it is told that the server is away.
      void queryClient.invalidateQueries({ queryKey: sessionKey });
      while (!(await isReachable())) await new Promise((resolve) => setTimeout(resolve, againAfterMs));
      // Browsers do not ask again for a module that they failed to get: the window begins anew, at the new address.
      window.location.reload();
      return new Promise<never>(() => {});
    }
  };
}

async function isReachable(): Promise<boolean> {
  try {
    await callVoid('/healthz', {});
    return true;
  } catch {
    return false;
  }
}
