import { oidcStateSchema, setUpStateSchema, type WhoAmI, whoAmISchema } from '@holdfast/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/call.ts';
import { ApiProblem } from '../api/problem.ts';

export const sessionKey = ['session'] as const;

/** Who is signed in; null where nobody is. */
export const sessionQuery = queryOptions({
  queryKey: sessionKey,
  queryFn: async ({ signal }): Promise<WhoAmI | null> => {
    try {
      return await call(whoAmISchema, '/v1/session', { signal });
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

/** Whether the first account is still to be made. */
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => call(setUpStateSchema, '/v1/setup', { signal }),
});

/** Whether people can come in by an identity provider. */
export const identityProviderQuery = queryOptions({
  queryKey: ['identity-provider'],
  queryFn: ({ signal }) => call(oidcStateSchema, '/v1/oidc', { signal }),
  staleTime: 60_000,
});
