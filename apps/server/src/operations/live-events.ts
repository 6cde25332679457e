import type { OperationEvent } from '@holdfast/contracts';

type Listener = (event: OperationEvent) => void;

/** Tells the followers of an operation what happens to it and to its parts, within this process. */
export class LiveEvents {
  readonly #listeners = new Map<string, Set<Listener>>();

  publish(event: OperationEvent, parentId?: string): void {
    const id = event.type === 'operation' ? event.operation.id : event.operationId;
    for (const topic of parentId === undefined ? [id] : [id, parentId]) {
      for (const listener of this.#listeners.get(topic) ?? []) listener(event);
    }
  }

  has(operationId: string): boolean {
    return this.#listeners.has(operationId);
  }

  /** @returns how to stop listening */
  subscribe(operationId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(operationId) ?? new Set();
    this.#listeners.set(operationId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(operationId) === listeners) {
        this.#listeners.delete(operationId);
      }
    };
  }
}
