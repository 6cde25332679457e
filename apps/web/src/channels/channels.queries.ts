import { channelSchema } from '@holdfast/contracts';
import { queryOptions } from '@tanstack/react-query';
import { callAll } from '../api/call.ts';

export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  queryFn: ({ signal }) => callAll(channelSchema, '/v1/channels', { signal }),
});
