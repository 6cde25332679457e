import {
  destinationSchema,
  environmentSchema,
  operationSchema,
  type PreviewPlan,
  planPreviewSchema,
  planRetentionPreviewSchema,
  planSchema,
  type RetentionPolicy,
  sourceListSchema,
} from '@holdfast/contracts';
import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
} from '@tanstack/react-query';
import { call, callAll, callPage, segment } from '../api/call.ts';

/** The default plan first, then by name. */
export const plansQuery = infiniteQueryOptions({
  queryKey: ['plans', 'list'],
  queryFn: ({ pageParam, signal }) =>
    callPage(planSchema, '/v1/plans', { query: { coverage: true, limit: 100, cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next,
});

/** The one that takes what no other plan catches; null where there is none. */
export const defaultPlanQuery = queryOptions({
  queryKey: ['plans', 'default'],
  queryFn: async ({ signal }) => {
    const { items } = await callPage(planSchema, '/v1/plans', { query: { limit: 1 }, signal });
    return items.find(({ isDefault }) => isDefault) ?? null;
  },
});

export function planQuery(id: string) {
  return queryOptions({
    queryKey: ['plan', id],
    queryFn: ({ signal }) => call(planSchema, `/v1/plans/${segment(id)}`, { signal }),
  });
}

/** What changes when a plan does. */
export async function plansChanged(client: QueryClient): Promise<void> {
  const keys = ['plans', 'plan', 'plan-preview', 'plan-retention', 'sources', 'source', 'overview'];
  await Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] })));
}

/** When it would run and what it would catch, as the server says. The answer before stays until the next is there. */
export function planPreviewQuery(request: PreviewPlan) {
  return queryOptions({
    queryKey: ['plan-preview', request],
    queryFn: ({ signal }) =>
      call(planPreviewSchema, '/v1/plans/preview', { method: 'POST', body: request, signal }),
    placeholderData: keepPreviousData,
  });
}

export function planRetentionQuery(plan: string, policy: RetentionPolicy) {
  return queryOptions({
    queryKey: ['plan-retention', plan, policy],
    queryFn: ({ signal }) =>
      call(planRetentionPreviewSchema, `/v1/plans/${segment(plan)}/retention-preview`, {
        query: { ...policy },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
}

/** The newest pass of a plan, if there was one. */
export function lastRunQuery(planId: string) {
  return queryOptions({
    queryKey: ['operations', 'last-of-plan', planId],
    queryFn: async ({ signal }) => {
      const { items } = await callPage(operationSchema, '/v1/operations', {
        query: { planId, kind: 'backup', limit: 1 },
        signal,
      });
      return items[0] ?? null;
    },
  });
}

export const destinationNamesQuery = queryOptions({
  queryKey: ['destinations', 'names'],
  queryFn: async ({ signal }) =>
    (await callAll(destinationSchema, '/v1/destinations', { signal })).map(({ name, isDefault }) => ({
      name,
      isDefault,
    })),
});

export type NameKind = 'sources' | 'environments' | 'kinds';

const suggested = 50;

/** Names that hold what was typed so far. */
export function namesQuery(kind: NameKind, typed: string) {
  const search = kind === 'kinds' || typed === '' ? undefined : typed;
  return queryOptions({
    queryKey: ['plan-names', kind, search],
    queryFn: async ({ signal }): Promise<string[]> => {
      if (kind === 'environments') {
        const query = { search, limit: suggested };
        const { items } = await callPage(environmentSchema, '/v1/environments', { query, signal });
        return items.map(({ name }) => name);
      }
      const query = { search, limit: kind === 'kinds' ? 1000 : suggested };
      const { items } = await call(sourceListSchema, '/v1/sources', { query, signal });
      return [...new Set(items.map((source) => (kind === 'kinds' ? source.kind : source.name)))].toSorted();
    },
    staleTime: 60_000,
    refetchInterval: false,
    placeholderData: keepPreviousData,
  });
}
