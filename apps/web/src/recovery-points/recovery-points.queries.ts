import { environmentSchema, recoveryPointSchema } from '@holdfast/contracts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, callPage, segment } from '../api/call.ts';
import type { MonthContent } from './day-calendar.tsx';
import { spanOfDay, spanOfMonth } from './days.ts';

export interface PointsFilter {
  readonly environment?: string | undefined;
  /** A day of the viewer's zone. */
  readonly day?: string | undefined;
}

/** Newest first. */
export function recoveryPointsQuery({ environment, day }: PointsFilter) {
  return infiniteQueryOptions({
    queryKey: ['recovery-points', { environment, day }],
    queryFn: ({ pageParam, signal }) =>
      callPage(recoveryPointSchema, '/v1/recovery-points', {
        query: { environment, ...(day === undefined ? {} : spanOfDay(day)), limit: 100, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });
}

/** As many as are drawn in a calendar. */
const drawnPages = 4;

/** Those of a month; of very many, the newest, and `more`. */
export function recoveryPointMonthQuery(environment: string | undefined, month: string) {
  return queryOptions({
    queryKey: ['recovery-points', 'month', { environment, month }],
    queryFn: async ({ signal }): Promise<MonthContent> => {
      const found = [];
      let cursor: string | undefined;
      for (let page = 0; page < drawnPages; page += 1) {
        const answer = await callPage(recoveryPointSchema, '/v1/recovery-points', {
          query: { environment, ...spanOfMonth(month), limit: 500, cursor },
          signal,
        });
        found.push(...answer.items.map(({ time, state }) => ({ time, warning: state === 'partial' })));
        cursor = answer.next;
        if (cursor === undefined) break;
      }
      return { found, more: cursor !== undefined };
    },
    placeholderData: keepPreviousData,
  });
}

export function recoveryPointQuery(id: string) {
  return queryOptions({
    queryKey: ['recovery-point', id],
    queryFn: ({ signal }) => call(recoveryPointSchema, `/v1/recovery-points/${segment(id)}`, { signal }),
  });
}

/** The first hundred environments whose names hold these words. */
export function environmentNamesQuery(search: string) {
  return queryOptions({
    queryKey: ['environments', 'names', search],
    queryFn: async ({ signal }) => {
      const page = await callPage(environmentSchema, '/v1/environments', {
        query: { search: search === '' ? undefined : search, limit: 100 },
        signal,
      });
      return page.items.map(({ name }) => name);
    },
    placeholderData: keepPreviousData,
  });
}
