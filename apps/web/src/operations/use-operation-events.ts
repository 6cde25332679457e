import { type LogLine, type Operation, operationEventSchema } from '@holdfast/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { followEvents } from '../api/event-stream.ts';
import { sessionKey } from '../session/session.queries.ts';
import { hasEnded } from './operation-words.ts';

export interface LiveLine extends LogLine {
  readonly operationId: string;
}

export interface LiveOperation {
  readonly operation?: Operation;
  /** By id: what the operation is made of. */
  readonly parts: ReadonlyMap<string, Operation>;
  /** In order of time. */
  readonly lines: readonly LiveLine[];
  readonly connected: boolean;
}

const nothing: LiveOperation = { parts: new Map(), lines: [], connected: false };

/** An operation as it happens, until it has ended. */
export function useOperationEvents(id: string): LiveOperation {
  const [live, setLive] = useState<LiveOperation>(nothing);
  const client = useQueryClient();
  useEffect(() => {
    // What other pages had asked for before it ran may be no longer so, and they go on with that for a while.
    const outdate = (refetchType: 'active' | 'none') =>
      void client.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0],
        refetchType,
      });
    let operation: Operation | undefined;
    let connected = false;
    const parts = new Map<string, Operation>();
    // By what each is called: after a break they come again.
    const lines = new Map<string, LiveLine>();
    // Events come in bursts: one drawing a frame, not one an event.
    let frame: number | undefined;
    const show = () => {
      frame ??= requestAnimationFrame(() => {
        frame = undefined;
        setLive({
          ...(operation === undefined ? {} : { operation }),
          parts: new Map(parts),
          lines: [...lines.values()].sort((a, b) => a.time.localeCompare(b.time)),
          connected,
        });
      });
    };
    const close = followEvents(`/v1/operations/${encodeURIComponent(id)}/events`, {
      schema: operationEventSchema,
      onConnected: (is) => {
        connected = is;
        show();
      },
      onEvent: (event) => {
        if (event.type === 'log') {
          const { operationId, line } = event;
          lines.set(`${operationId}/${line.sequence}`, { ...line, operationId });
        } else if (event.operation.id === id) {
          operation = event.operation;
          if (hasEnded(operation)) {
            close();
            outdate('active');
          }
        } else {
          parts.set(event.operation.id, event.operation);
        }
        show();
      },
    });
    return () => {
      close();
      outdate('none');
      if (frame !== undefined) cancelAnimationFrame(frame);
      setLive(nothing);
    };
  }, [id, client]);
  return live;
}
