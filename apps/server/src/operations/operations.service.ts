import type { Failure, LogLine, Operation, OperationEvent, OperationFilter } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import type { Transaction } from 'kysely';
import { uuidv7 } from 'uuidv7';
import { type Clock, instant } from '../clock.ts';
import type { Schema } from '../database/schema.ts';
import { EventQueue } from './event-queue.ts';
import type { LiveEvents } from './live-events.ts';
import { isFinal } from './operation.rules.ts';
import type { NewOperation, StoredOperation } from './operation.ts';
import { toOperation } from './operation.view.ts';
import type { OperationLog } from './operation-log.ts';
import type { OperationsStore, Outcome } from './operations.store.ts';
import type { Running } from './running.ts';

/** How often a state is read again that another process may have changed. */
const pollMs = 1_000;
/** More of them than that are not of interest at once. */
const recentPasses = 50;

const cancelledFailure: Failure = new HoldfastError(
  'cancelled',
  'It was cancelled before it began.',
).toFailure();

/** Create, look at, follow and cancel operations. The runner does their work. */
export class OperationsService {
  readonly #store: OperationsStore;
  readonly #log: OperationLog;
  readonly #events: LiveEvents;
  readonly #running: Running;
  readonly #clock: Clock;
  readonly #endListeners = new Set<(operation: StoredOperation) => void>();

  constructor(parts: {
    store: OperationsStore;
    log: OperationLog;
    events: LiveEvents;
    running: Running;
    clock: Clock;
  }) {
    this.#store = parts.store;
    this.#log = parts.log;
    this.#events = parts.events;
    this.#running = parts.running;
    this.#clock = parts.clock;
  }

  /** Stores an operation; the runner takes it when the budgets allow. */
  async create(operation: NewOperation): Promise<StoredOperation> {
    const [created] = await this.createAll([operation]);
    if (created === undefined) throw new HoldfastError('internal', 'The operation was not stored.');
    return created;
  }

  createAll(operations: readonly NewOperation[]): Promise<readonly StoredOperation[]> {
    return this.createTogether(async () => operations);
  }

  /** Stores what `make` decides on; what it writes by its transaction is kept with them, or not at all. */
  async createTogether(
    make: (transaction: Transaction<Schema>) => Promise<readonly NewOperation[]>,
  ): Promise<readonly StoredOperation[]> {
    const created = await this.#store.insertTogether(
      async (transaction) => (await make(transaction)).map((operation) => ({ id: uuidv7(), operation })),
      instant(this.#clock),
    );
    for (const operation of created) await this.announce(operation);
    this.#running.wake();
    return created;
  }

  /** @throws HoldfastError `not-found`, `ambiguous` */
  async resolveId(idOrPrefix: string): Promise<string> {
    const [id, ...others] = await this.#store.idsByPrefix(idOrPrefix.toLowerCase());
    if (id === undefined) throw new HoldfastError('not-found', `There is no operation ${idOrPrefix}.`);
    if (others.length > 0) {
      throw new HoldfastError('ambiguous', `More than one operation begins with ${idOrPrefix}.`);
    }
    return id;
  }

  async stored(id: string): Promise<StoredOperation> {
    const operation = await this.#store.get(id);
    if (operation === undefined) throw new HoldfastError('not-found', `There is no operation ${id}.`);
    return operation;
  }

  async get(id: string): Promise<Operation> {
    return this.view(await this.stored(id));
  }

  async view(stored: StoredOperation): Promise<Operation> {
    const parts = stored.role === 'pass' ? await this.#store.parts([stored.id]) : [];
    return toOperation(stored, parts, this.#running.progress(stored.id));
  }

  async list(filter: OperationFilter): Promise<{ items: Operation[]; next?: string }> {
    const found = await this.#store.list({ ...filter, limit: filter.limit + 1 });
    const page = found.slice(0, filter.limit);
    const passes = page.filter((operation) => operation.role === 'pass').map((operation) => operation.id);
    const parts = Map.groupBy(await this.#store.parts(passes), (part) => part.parentId);
    return {
      items: page.map((stored) =>
        toOperation(stored, parts.get(stored.id), this.#running.progress(stored.id)),
      ),
      next: found.length > filter.limit ? page.at(-1)?.id : undefined,
    };
  }

  log(id: string, afterSequence?: number): Promise<LogLine[]> {
    return this.#log.lines(id, afterSequence);
  }

  parts(parentId: string): Promise<readonly StoredOperation[]> {
    return this.#store.parts([parentId]);
  }

  async hasUnfinished(): Promise<boolean> {
    return (await this.#store.unfinished()).length > 0;
  }

  /** How many ended how on each day of UTC from then on; parts of passes are not counted. */
  outcomes(fromDay: string): Promise<Outcome[]> {
    return this.#store.outcomes(fromDay);
  }

  /** Cancels it and its parts. What has ended already stays as it is. */
  async cancel(id: string): Promise<Operation> {
    const operation = await this.stored(id);
    for (const part of await this.#store.parts([id])) {
      if (!isFinal(part.state)) await this.#cancelOne(part);
    }
    if (!isFinal(operation.state)) await this.#cancelOne(operation);
    return this.get(id);
  }

  async #cancelOne(operation: StoredOperation): Promise<void> {
    const ended = await this.#store.settleQueued(operation.id, {
      state: 'cancelled',
      finishedAt: instant(this.#clock),
      error: cancelledFailure,
      cleanUp: false,
    });
    if (!ended) {
      await this.#store.requestCancel(operation.id);
      this.#running.cancel(operation.id);
    }
    await this.announce(await this.stored(operation.id));
  }

  /** What has not begun of a pass does not begin any more: Holdfast stops. */
  async interruptQueuedParts(id: string): Promise<void> {
    const error = new HoldfastError('interrupted', 'Holdfast was stopped before it began.').toFailure();
    for (const part of await this.#store.parts([id])) {
      const settlement = {
        state: 'interrupted',
        finishedAt: instant(this.#clock),
        error,
        cleanUp: false,
      } as const;
      if (part.state !== 'queued' || !(await this.#store.settleQueued(part.id, settlement))) continue;
      await this.announce(await this.stored(part.id));
    }
  }

  /** Told when an operation has ended in this process, seldom twice of the same. @returns how to stop listening */
  onEnded(listener: (operation: StoredOperation) => void): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  /** Tells the followers how an operation (and the pass that it is a part of) is now. */
  async announce(stored: StoredOperation): Promise<void> {
    if (isFinal(stored.state)) for (const listener of this.#endListeners) listener(stored);
    if (this.#events.has(stored.id) || (stored.parentId !== undefined && this.#events.has(stored.parentId))) {
      this.#events.publish({ type: 'operation', operation: await this.view(stored) }, stored.parentId);
    }
    if (stored.parentId !== undefined && this.#events.has(stored.parentId)) {
      const parent = await this.stored(stored.parentId);
      this.#events.publish({ type: 'operation', operation: await this.view(parent) });
    }
  }

  /**
   * What happened to an operation and its parts so far, then what happens, until it has ended.
   * Log lines up to `afterSequence` of the operation itself are left out.
   */
  async *follow(id: string, signal: AbortSignal, afterSequence = 0): AsyncGenerator<OperationEvent> {
    const queue = new EventQueue();
    const seen = new Map<string, number>();
    const unsubscribe = this.#events.subscribe(id, (event) => queue.push(event));
    try {
      for (const event of await this.#history(id, afterSequence)) {
        if (event.type === 'log') seen.set(event.operationId, event.line.sequence);
        yield event;
        if (event.type === 'operation' && event.operation.id === id && isFinal(event.operation.state)) return;
      }
      while (!signal.aborted) {
        const events = await queue.take(AbortSignal.any([signal, AbortSignal.timeout(pollMs)]));
        const operation = await this.get(id);
        // What was said before the end was queued before the end: a final state comes after every line.
        if (isFinal(operation.state)) events.push(...queue.drain());
        for (const event of events) {
          if (event.type === 'log' && event.line.sequence <= (seen.get(event.operationId) ?? 0)) continue;
          if (event.type === 'operation' && event.operation.id === id) continue;
          yield event;
        }
        yield { type: 'operation', operation };
        if (isFinal(operation.state)) return;
      }
    } finally {
      unsubscribe();
    }
  }

  /** The log first and the state last, so that a final state comes after every line. */
  async #history(id: string, afterSequence: number): Promise<OperationEvent[]> {
    const parts = await this.#store.parts([id]);
    const events: OperationEvent[] = [];
    for (const part of parts) {
      const lines = await this.#log.lines(part.id);
      events.push(...lines.map((line) => ({ type: 'log' as const, operationId: part.id, line })));
      events.push({ type: 'operation', operation: await this.view(part) });
    }
    const own = await this.#log.lines(id, afterSequence);
    events.push(...own.map((line) => ({ type: 'log' as const, operationId: id, line })));
    events.push({ type: 'operation', operation: await this.get(id) });
    return events;
  }

  /**
   * Keeps all others from these sources and their repositories until the operation ends, and waits for those that
   * are at work there already. Parts of the operation may work on them.
   */
  async hold(operationId: string, sourceIds: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#store.hold(operationId, sourceIds);
    for (const id of await this.#store.runningOn(sourceIds, operationId)) await this.untilEnded(id, signal);
  }

  /** The newest passes of a kind, newest first, without those that are part of another. */
  recentPasses(kind: StoredOperation['kind']): Promise<readonly StoredOperation[]> {
    return this.#store.list({ kind, limit: recentPasses });
  }

  /** Passes of a kind that have not ended. */
  async unfinishedPasses(kind: StoredOperation['kind']): Promise<readonly StoredOperation[]> {
    return (await this.#store.unfinished()).filter((one) => one.kind === kind && one.role === 'pass');
  }

  /** Ids of plans that a pass is queued or running for. */
  async unfinishedPlans(): Promise<ReadonlySet<string>> {
    return new Set(await this.#store.unfinishedPlans());
  }

  /** Resolves with the operation when it has ended, in whichever process. */
  async untilEnded(id: string, signal?: AbortSignal): Promise<StoredOperation> {
    const queue = new EventQueue();
    const unsubscribe = this.#events.subscribe(id, (event) => queue.push(event));
    try {
      for (;;) {
        const operation = await this.stored(id);
        if (isFinal(operation.state)) return operation;
        signal?.throwIfAborted();
        const poll = AbortSignal.timeout(pollMs);
        await queue.take(signal === undefined ? poll : AbortSignal.any([signal, poll]));
      }
    } finally {
      unsubscribe();
    }
  }
}
