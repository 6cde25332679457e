import { instanceEventSchema, type Operation } from '@holdfast/contracts';
import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { followEvents } from '../api/event-stream.ts';
import { type OperationsFilter, operationsQuery } from './operations.queries.ts';
import { withChanges } from './with-changes.ts';

/** How often the rows are drawn anew, however much happens. */
const everyMs = 500;

/** Keeps the list of operations as the server tells it, without asking for it again. */
export function useLiveOperations(filter: OperationsFilter): void {
  const client = useQueryClient();
  useEffect(() => {
    const { queryKey } = operationsQuery(filter);
    const changed = new Map<string, Operation>();
    const show = () => {
      if (changed.size === 0) return;
      const changes = [...changed.values()];
      changed.clear();
      client.setQueryData<InfiniteData<{ items: Operation[]; next?: string }, string | undefined>>(
        queryKey,
        (data) => data && { ...data, pages: withChanges(data.pages, changes, filter) },
      );
    };
    const note = (operation: Operation) => changed.set(operation.id, operation);
    const timer = setInterval(show, everyMs);
    let wasConnected = false;
    const close = followEvents('/v1/events', {
      schema: instanceEventSchema,
      onConnected: (connected) => {
        // What ended while nobody listened is told to nobody.
        if (connected && wasConnected) void client.invalidateQueries({ queryKey });
        wasConnected ||= connected;
      },
      onEvent: (event) => {
        if (event.type === 'operation') note(event.operation);
        else event.operations.forEach(note);
      },
    });
    return () => {
      close();
      clearInterval(timer);
    };
  }, [client, filter]);
}
