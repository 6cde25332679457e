import type { InstanceEvent, Operation } from '@holdfast/contracts';
import { isFinal } from './operation.rules.ts';
import type { StoredOperation } from './operation.ts';
import { toOperation } from './operation.view.ts';
import type { OperationsStore } from './operations.store.ts';
import type { Running } from './running.ts';

/** How often the operations are looked at while anybody listens, and so how often one's progress is told at most. */
const lookMs = 1_000;
/** Of the operations that began since the last look, so many are told; more in a second are shown by the next list. */
const mostNew = 500;
/** For a reader that has more changes waiting, all that runs is told anew instead. */
const mostWaiting = 1_000;

type Listener = (operation: Operation) => void;

/**
 * The changes of all operations, for any number of readers at the cost of one: a single look a second, shared by all.
 * It looks at the database, so that it also tells of what other processes do.
 */
export class InstanceEvents {
  readonly #store: OperationsStore;
  readonly #running: Running;
  readonly #lookMs: number;
  readonly #listeners = new Set<Listener>();
  /** What was told of each operation that has not ended, as text, to tell only of changes. */
  #told = new Map<string, string>();
  #newestId = '';
  /** Settles when it is known which operations began before anybody listened. */
  #begun: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(parts: {
    readonly store: OperationsStore;
    readonly running: Running;
    readonly lookMs?: number;
  }) {
    this.#store = parts.store;
    this.#running = parts.running;
    this.#lookMs = parts.lookMs ?? lookMs;
  }

  /** How many read at the moment. */
  get readers(): number {
    return this.#listeners.size;
  }

  /**
   * All operations that have not ended, then each change; all of them once more where a reader was too slow for the
   * changes. One that is not among them any more has ended. Ends with the signal.
   */
  async *follow(signal: AbortSignal): AsyncGenerator<InstanceEvent> {
    const waiting = new Map<string, Operation>();
    let wake = () => {};
    let missed = true;
    const listener: Listener = (operation) => {
      // A slow reader gets the latest state of each operation, not every state.
      waiting.delete(operation.id);
      waiting.set(operation.id, operation);
      if (waiting.size > mostWaiting) {
        waiting.clear();
        missed = true;
      }
      wake();
    };
    const onAbort = () => wake();
    signal.addEventListener('abort', onAbort);
    try {
      await this.#listen(listener);
      while (!signal.aborted) {
        if (missed) {
          missed = false;
          const unfinished = await this.#store.unfinished();
          yield { type: 'operations', operations: unfinished.map((stored) => this.#view(stored)) };
          continue;
        }
        const [next] = waiting.values();
        if (next === undefined) {
          const { promise, resolve } = Promise.withResolvers<void>();
          wake = resolve;
          await promise;
          continue;
        }
        waiting.delete(next.id);
        yield { type: 'operation', operation: next };
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#leave(listener);
    }
  }

  async #listen(listener: Listener): Promise<void> {
    this.#listeners.add(listener);
    this.#begun ??= this.#store.newestId().then((id) => {
      this.#newestId = id ?? '0';
    });
    this.#timer ??= setInterval(() => {
      // One look at a time: a database that is slow must not be asked all the more.
      if (this.#looking) return;
      this.#looking = true;
      void this.#look()
        .catch(() => {})
        .finally(() => {
          this.#looking = false;
        });
    }, this.#lookMs);
    await this.#begun;
  }

  #leave(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#told.clear();
    this.#newestId = '';
    this.#begun = undefined;
  }

  async #look(): Promise<void> {
    await this.#begun;
    const current = new Map((await this.#store.unfinished()).map((stored) => [stored.id, stored]));
    const ended = [...this.#told.keys()].filter((id) => !current.has(id));
    // Those that began and ended since the last look are in neither list, but their ids are newer.
    for (const stored of await this.#store.changedSince(ended, this.#newestId, mostNew))
      current.set(stored.id, stored);
    const told = new Map<string, string>();
    for (const stored of current.values()) {
      const operation = this.#view(stored);
      const text = JSON.stringify(operation);
      if (this.#told.get(stored.id) !== text) for (const listener of this.#listeners) listener(operation);
      if (!isFinal(stored.state)) told.set(stored.id, text);
      if (stored.id > this.#newestId) this.#newestId = stored.id;
    }
    this.#told = told;
  }

  #view(stored: StoredOperation): Operation {
    const {
      items: _items,
      drills: _drills,
      ...operation
    } = toOperation(stored, [], this.#running.progress(stored.id));
    return operation;
  }
}
