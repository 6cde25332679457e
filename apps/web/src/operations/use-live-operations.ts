import { instanceEventSchema, type Operation } from '@holdfast/contracts';
import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { followEvents } from '../api/event-stream.ts';
import { type OperationsFilter, operationQuery, operationsQuery } from './operations.queries.ts';
import { withChanges } from './with-changes.ts';

type OperationsList = InfiniteData<{ items: Operation[]; next?: string }, string | undefined>;

/** How often the rows are drawn anew, however much happens. */
const everyMs = 500;

/** Keeps the list of operations as the server tells it, without asking for it again. */
export function useLiveOperations(filter: OperationsFilter): void {
  const client = useQueryClient();
  useEffect(() => {
    const { queryKey } = operationsQuery(filter);
    const changed = new Map<string, Operation>();
    const show = async () => {
      if (changed.size === 0) return;
      const changes = [...changed.values()];
      changed.clear();
      const list = client.getQueryData<OperationsList>(queryKey);
      // What is told before there is a list is in it when it comes.
      if (list === undefined) return;
      const rows = new Set(list.pages.flatMap(({ items }) => items.map(({ id }) => id)));
      // The server tells of passes without their items, by which a new row is named.
      const whole = await Promise.all(
        changes.map(async (change) =>
          rows.has(change.id) || change.parentId !== undefined
            ? change
            : client.fetchQuery({ ...operationQuery(change.id), staleTime: 0 }).catch(() => change),
        ),
      );
      client.setQueryData<OperationsList>(
        queryKey,
        (data) => data && { ...data, pages: withChanges(data.pages, whole, filter) },
      );
    };
    const note = (operation: Operation) => changed.set(operation.id, operation);
    const timer = setInterval(() => void show(), everyMs);
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
