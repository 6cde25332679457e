import { type LogLine, type Operation, operationEventSchema } from '@holdfast/contracts';
import { useEffect, useState } from 'react';

export interface LiveLine extends LogLine {
  readonly operationId: string;
}

export interface LiveOperation {
  readonly operation?: Operation;
  /** By id: what the operation is made of. */
  readonly parts: ReadonlyMap<string, Operation>;
  readonly lines: readonly LiveLine[];
  readonly connected: boolean;
}

const nothing: LiveOperation = { parts: new Map(), lines: [], connected: false };
const finalStates: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled', 'interrupted']);

/** An operation as it happens. The browser connects again by itself; lines that come twice are dropped. */
export function useOperationEvents(id: string): LiveOperation {
  const [live, setLive] = useState<LiveOperation>(nothing);
  useEffect(() => {
    setLive(nothing);
    const seen = new Set<string>();
    // Lines come in bursts: one drawing a frame, not one a line.
    let state = nothing;
    let frame: number | undefined;
    const show = (next: LiveOperation) => {
      state = next;
      frame ??= requestAnimationFrame(() => {
        frame = undefined;
        setLive(state);
      });
    };
    const source = new EventSource(`/v1/operations/${encodeURIComponent(id)}/events`);
    source.addEventListener('open', () => show({ ...state, connected: true }));
    source.addEventListener('error', () => show({ ...state, connected: false }));
    source.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const event = operationEventSchema.parse(JSON.parse(data));
      if (event.type === 'log') {
        const key = `${event.operationId}/${event.line.sequence}`;
        if (seen.has(key)) return;
        seen.add(key);
        show({ ...state, lines: [...state.lines, { ...event.line, operationId: event.operationId }] });
        return;
      }
      const { operation } = event;
      if (operation.id !== id) {
        show({ ...state, parts: new Map(state.parts).set(operation.id, operation) });
        return;
      }
      show({ ...state, operation });
      if (finalStates.has(operation.state)) source.close();
    });
    return () => {
      source.close();
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, [id]);
  return live;
}
