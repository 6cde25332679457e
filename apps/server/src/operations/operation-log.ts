import type { LogLine } from '@holdfast/contracts';
import { type Clock, instant } from '../clock.ts';
import type { LiveEvents } from './live-events.ts';
import type { StoredOperation } from './operation.ts';
import type { OperationLogStore } from './operation-log.store.ts';

/** More lines than this of one operation are not stored: a talkative tool must not fill the disk. */
const maximumLines = 5_000;
const maximumLineLength = 4_000;

/** What is known of the operation that a line is of. */
export type LoggedOperation = Pick<StoredOperation, 'id' | 'parentId' | 'kind' | 'source' | 'destination'>;

type LineListener = (operation: LoggedOperation, line: LogLine) => void;

/** Writes the log of operations, in order, without making the work wait for the disk. */
export class OperationLog {
  readonly #store: OperationLogStore;
  readonly #events: LiveEvents;
  readonly #clock: Clock;
  readonly #sequences = new Map<string, number>();
  readonly #listeners = new Set<LineListener>();
  #writing: Promise<void> = Promise.resolve();

  constructor(store: OperationLogStore, events: LiveEvents, clock: Clock) {
    this.#store = store;
    this.#events = events;
    this.#clock = clock;
  }

  /** Told of every line that this process writes. @returns how to stop listening */
  onLine(listener: LineListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  write(operation: LoggedOperation, level: LogLine['level'], message: string): void {
    const sequence = (this.#sequences.get(operation.id) ?? 0) + 1;
    this.#sequences.set(operation.id, sequence);
    if (sequence > maximumLines) return;
    const text =
      sequence === maximumLines ? 'Further lines are not kept.' : message.slice(0, maximumLineLength);
    const line: LogLine = { sequence, time: instant(this.#clock), level, message: text };
    this.#writing = this.#writing.then(() => this.#store.append(operation.id, line).catch(ignoreUnwritable));
    this.#events.publish({ type: 'log', operationId: operation.id, line }, operation.parentId);
    for (const listener of this.#listeners) listener(operation, line);
  }

  /** An operation of an earlier process is written on, or this one's is over. */
  async continueFrom(operationId: string): Promise<void> {
    // A line that is still on its way has a number already.
    await this.flush();
    this.#sequences.set(operationId, await this.#store.lastSequence(operationId));
  }

  forget(operationId: string): void {
    this.#sequences.delete(operationId);
  }

  /** Resolves when all that was written so far is stored. */
  flush(): Promise<void> {
    return this.#writing;
  }

  async lines(operationId: string, afterSequence?: number): Promise<LogLine[]> {
    await this.flush();
    return this.#store.lines(operationId, afterSequence);
  }
}

/** A log line that cannot be stored (a full disk) must not fail the work that it tells of. */
function ignoreUnwritable(): void {}
