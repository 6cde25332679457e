import { doctorReportSchema } from '@holdfast/contracts';
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { call } from '../api/call.ts';

/** Looks at everything anew each time: not by itself. */
export const doctorQuery = queryOptions({
  queryKey: ['doctor'],
  queryFn: ({ signal }) => call(doctorReportSchema, '/v1/doctor', { signal }),
  refetchInterval: false,
  staleTime: 60_000,
});

const documentSchema = z.object({ info: z.object({ version: z.string() }) });

/** The version of the server: its API says it of itself. */
export const versionQuery = queryOptions({
  queryKey: ['version'],
  queryFn: async ({ signal }) => (await call(documentSchema, '/v1/openapi.json', { signal })).info.version,
  refetchInterval: false,
  staleTime: Number.POSITIVE_INFINITY,
});
