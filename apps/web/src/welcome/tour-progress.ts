import { operationSchema, sourceListSchema } from '@holdfast/contracts';
import { type QueryClient, queryOptions, useQueries } from '@tanstack/react-query';
import { call, callPage } from '../api/call.ts';
import { destinationsQuery } from '../destinations/destinations.queries.ts';
import { keyStatusQuery } from '../keys/keys.queries.ts';

/** What was found and is there, as far as a tour shows it. */
export const foundQuery = queryOptions({
  queryKey: ['sources', 'tour'],
  queryFn: ({ signal }) => call(sourceListSchema, '/v1/sources', { query: { limit: 500 }, signal }),
});

/** The newest of a kind, which the tour watches: also one that was started before the page was loaded again. */
export function newestQuery(kind: 'backup' | 'restore') {
  return queryOptions({
    queryKey: ['operations', 'newest', kind],
    queryFn: async ({ signal }) => {
      const { items } = await callPage(operationSchema, '/v1/operations', {
        query: { kind, limit: 1 },
        signal,
      });
      return items[0] ?? null;
    },
  });
}

const restoredQuery = queryOptions({
  queryKey: ['operations', 'restored'],
  queryFn: async ({ signal }) => {
    const { items } = await callPage(operationSchema, '/v1/operations', {
      query: { kind: 'restore', state: 'succeeded', limit: 1 },
      signal,
    });
    return items.length > 0;
  },
});

/** What changes when a backup or a restore of the tour has ended. */
export async function tourMoved(client: QueryClient): Promise<void> {
  const keys = ['sources', 'operations', 'overview'];
  await Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] })));
}

export const tourSteps = ['destination', 'key', 'backup', 'restore'] as const;
export type TourStep = (typeof tourSteps)[number];
export type TourProgress = Readonly<Record<TourStep, boolean>>;

/** What of the first minutes is done, by what is stored: nobody keeps a list of steps. */
export function useTourProgress(): {
  readonly progress?: TourProgress;
  readonly error: Error | null;
  readonly refetch: () => void;
} {
  const [destinations, key, found, restored] = useQueries({
    queries: [destinationsQuery, keyStatusQuery, foundQuery, restoredQuery],
  });
  const all = [destinations, key, found, restored];
  const refetch = () => {
    for (const query of all) void query.refetch();
  };
  const error = all.find((query) => query.error !== null)?.error ?? null;
  if (
    destinations.data === undefined ||
    key.data === undefined ||
    found.data === undefined ||
    restored.data === undefined
  ) {
    return { error, refetch };
  }
  return {
    progress: {
      destination: destinations.data.some(({ isDefault, lastProbe }) => isDefault && lastProbe?.ok === true),
      key: key.data.state === 'confirmed',
      backup: found.data.items.some(({ lastSuccess }) => lastSuccess !== undefined),
      restore: restored.data,
    },
    error: null,
    refetch,
  };
}

export function isTourDone(progress: TourProgress): boolean {
  return tourSteps.every((step) => progress[step]);
}
