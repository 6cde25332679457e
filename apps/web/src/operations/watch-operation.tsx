import type { Operation } from '@holdfast/contracts';
import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { Failed, Loading } from '../ui/states.tsx';
import { OperationLog } from './operation-log.tsx';
import { OperationParts } from './operation-parts.tsx';
import { OperationSummary } from './operation-summary.tsx';
import { operationQuery } from './operations.queries.ts';
import { useOperationEvents } from './use-operation-events.ts';

interface WatchOperationProps {
  readonly id: string;
  /** It came to its end, however that was. */
  readonly onEnded?: (operation: Operation) => void;
  /** What stands below it once it has succeeded. */
  readonly children?: (operation: Operation) => ReactNode;
}

/** An operation before the eyes, within another page. */
export function WatchOperation({ id, onEnded, children }: WatchOperationProps) {
  const stored = useQuery(operationQuery(id));
  const live = useOperationEvents(id);
  const operation = live.operation ?? stored.data;
  const ended = operation?.finishedAt !== undefined;
  useEffect(() => {
    if (operation !== undefined && ended) onEnded?.(operation);
    // Told once, when it ends.
  }, [ended]);
  if (operation === undefined) {
    return stored.error === null ? (
      <Loading />
    ) : (
      <Failed error={stored.error} retry={() => void stored.refetch()} />
    );
  }
  return (
    <Stack>
      <OperationSummary operation={operation} live={live} />
      {live.parts.size > 0 && <OperationParts parts={[...live.parts.values()]} />}
      {operation.state === 'succeeded' && children?.(operation)}
      {!(operation.state === 'succeeded' && children !== undefined) && (
        <OperationLog lines={live.lines} parts={live.parts} />
      )}
    </Stack>
  );
}
