import { personSchema } from '@holdfast/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call, callAll } from '../api/call.ts';

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: ({ signal }) => callAll(personSchema, '/v1/people', { signal }),
});

/** The account of who is signed in. */
export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: ({ signal }) => call(personSchema, '/v1/account', { signal }),
});
