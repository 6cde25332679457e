import type { WhoAmI } from '@holdfast/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { sessionKey } from './session.queries.ts';

/** Lets in who has just proven who they are; they are shown nothing that was kept for whoever was here before. */
export function useEnter(): (session: WhoAmI) => void {
  const client = useQueryClient();
  return useCallback(
    (session) => {
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
      client.setQueryData(sessionKey, session);
    },
    [client],
  );
}
