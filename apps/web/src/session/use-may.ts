import { type Role, roles } from '@holdfast/contracts';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { sessionQuery } from './session.queries.ts';

/** Whether who is signed in has a role, or one above it. The server decides; this only spares people dead buttons. */
export function useMay(): (role: Role) => boolean {
  const { data: session } = useQuery(sessionQuery);
  return useCallback(
    (role) => session !== undefined && session !== null && roles.indexOf(session.role) >= roles.indexOf(role),
    [session],
  );
}
