import type { Operation, OperationState } from '@holdfast/contracts';

const finalStates: ReadonlySet<OperationState> = new Set(['succeeded', 'failed', 'cancelled', 'interrupted']);

export function hasEnded(operation: Operation): boolean {
  return finalStates.has(operation.state);
}

/** What is known of the operations of one stream: the one that is followed, and its parts. */
export class OperationTree {
  readonly #operations = new Map<string, Operation>();

  set(operation: Operation): Operation | undefined {
    const before = this.#operations.get(operation.id);
    this.#operations.set(operation.id, operation);
    return before;
  }

  get(id: string): Operation | undefined {
    return this.#operations.get(id);
  }

  /** The parts of a pass in the order in which they were first seen; the operation itself where it has none. */
  rows(): Operation[] {
    const all = [...this.#operations.values()];
    const parts = all.filter((operation) => operation.parentId !== undefined);
    return parts.length > 0 ? parts : all;
  }
}

/** What a person calls the operation: the source that it is about, or what it does. */
export function labelOf(operation: Operation): string {
  return operation.source ?? operation.kind;
}

/** From the start to the end, or to now; in milliseconds. */
export function elapsed(operation: Operation, now: number): number {
  if (operation.startedAt === undefined) return 0;
  const end = operation.finishedAt === undefined ? now : Date.parse(operation.finishedAt);
  return Math.max(0, end - Date.parse(operation.startedAt));
}
