import type { OperationEvent } from '@holdfast/contracts';

/**
 * Events on their way to one follower. A slow follower gets the latest state of each operation, not every
 * state; log lines are all kept, up to a bound.
 */
export class EventQueue {
  readonly #maximumLines: number;
  #events: OperationEvent[] = [];
  #wake: (() => void) | undefined;

  constructor(maximumLines = 10_000) {
    this.#maximumLines = maximumLines;
  }

  push(event: OperationEvent): void {
    if (event.type === 'operation') {
      this.#events = this.#events.filter(
        (queued) => queued.type !== 'operation' || queued.operation.id !== event.operation.id,
      );
    } else if (this.#events.length >= this.#maximumLines) {
      this.#events.shift();
    }
    this.#events.push(event);
    this.#wake?.();
  }

  /** All that waits; resolves when there is something, or the signal aborts (then possibly with nothing). */
  async take(signal: AbortSignal): Promise<OperationEvent[]> {
    while (this.#events.length === 0 && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const onAbort = () => resolve();
      signal.addEventListener('abort', onAbort, { once: true });
      await promise;
      signal.removeEventListener('abort', onAbort);
    }
    return this.drain();
  }

  drain(): OperationEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
