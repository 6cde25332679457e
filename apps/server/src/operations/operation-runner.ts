import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { type Clock, instant } from '../clock.ts';
import type { FinalState } from './operation.rules.ts';
import { handlerName, type OperationHandlers, type StoredOperation } from './operation.ts';
import { createContext } from './operation-context.ts';
import type { OperationLog } from './operation-log.ts';
import type { OperationsService } from './operations.service.ts';
import type { OperationsStore, Settlement } from './operations.store.ts';
import { createProgressTracker } from './progress.ts';
import type { Running, RunningOperation } from './running.ts';

export interface RunnerTimings {
  /** The owner says this often that it lives. */
  readonly heartbeatMs: number;
  /** The queue is looked at this often even when nobody rang. */
  readonly pollMs: number;
  /** Progress goes to the followers and the disk at most this often. */
  readonly progressMs: number;
  /** A result that could not be stored (a full disk) is tried again this often. */
  readonly settleRetryMs: number;
}

export const defaultTimings: RunnerTimings = {
  heartbeatMs: 5_000,
  pollMs: 1_000,
  progressMs: 1_000,
  settleRetryMs: 2_000,
};

export interface RunnerParts {
  readonly store: OperationsStore;
  readonly service: OperationsService;
  readonly log: OperationLog;
  readonly running: Running;
  readonly handlers: OperationHandlers;
  readonly clock: Clock;
  /** Unique to this process and this start of it. */
  readonly owner: string;
  readonly concurrency: number;
  readonly timings?: Partial<RunnerTimings>;
  /** Removes what a dead run left in the repository of this operation, before it starts. */
  readonly beforeRun?: (operation: StoredOperation) => Promise<void>;
}

/** Claims queued operations within the budgets and runs each to a definite state. */
export class OperationRunner {
  readonly #parts: RunnerParts;
  readonly #timings: RunnerTimings;
  readonly #timers: NodeJS.Timeout[] = [];
  #claiming: Promise<void> | undefined;
  #again = false;
  #accepting = false;
  #abandoned: HoldfastError | undefined;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    this.#timings = { ...defaultTimings, ...parts.timings };
    parts.running.connect({
      wake: () => this.#wake(),
      cancel: (id) => parts.running.abort(id, new HoldfastError('cancelled', 'It was cancelled.')),
    });
  }

  start(): void {
    this.#accepting = true;
    this.#every(this.#timings.heartbeatMs, () => this.#beat());
    this.#every(this.#timings.pollMs, () => Promise.resolve(this.#wake()));
    this.#every(this.#timings.progressMs, () => this.#saveProgress());
    this.#wake();
  }

  /**
   * Takes nothing more, gives what runs `graceMs` to end, then ends it as `interrupted`.
   * Resolves when nothing runs here any more.
   */
  async stop(graceMs: number): Promise<void> {
    this.#accepting = false;
    await this.#claiming;
    // Passes begin no further parts, so that they can end as soon as what runs of them has ended.
    // Where the database does not answer, the next start ends them.
    for (const { id } of this.#parts.running.all()) {
      await this.#parts.service.interruptQueuedParts(id).catch(() => {});
    }
    const ended = Promise.all(this.#parts.running.all().map((operation) => operation.ended));
    const grace = AbortSignal.timeout(graceMs);
    grace.addEventListener('abort', () => {
      for (const { id } of this.#parts.running.all()) {
        this.#parts.running.abort(id, new HoldfastError('interrupted', 'Holdfast was stopped.'));
      }
    });
    await ended;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#parts.log.flush();
  }

  /** For a process that has lost the right to work: takes nothing more and ends what runs, at once. */
  abandon(reason: HoldfastError): void {
    this.#accepting = false;
    this.#abandoned = reason;
    for (const { id } of this.#parts.running.all()) this.#parts.running.abort(id, reason);
  }

  #every(milliseconds: number, work: () => Promise<void>): void {
    // A tick that fails (a full disk) is made up for by the next one.
    this.#timers.push(setInterval(() => void work().catch(() => {}), milliseconds));
  }

  /** Claims until nothing more can be claimed; rings during a claim lead to one more look. */
  #wake(): void {
    if (!this.#accepting) return;
    this.#again = true;
    this.#claiming ??= this.#claimAll()
      .catch(() => {})
      .finally(() => {
        this.#claiming = undefined;
      });
  }

  async #claimAll(): Promise<void> {
    const { store, owner, concurrency, clock } = this.#parts;
    while (this.#again) {
      this.#again = false;
      let claimed: StoredOperation | undefined;
      do {
        claimed = this.#accepting
          ? await store.claim(owner, { concurrency, startedAt: instant(clock) })
          : undefined;
        if (claimed !== undefined) this.#launch(claimed);
      } while (claimed !== undefined);
    }
  }

  #launch(operation: StoredOperation): void {
    const { running, clock } = this.#parts;
    const controller = new AbortController();
    const tracker = createProgressTracker(clock);
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const entry = { id: operation.id, fence: operation.fence, tracker, controller, ended };
    running.add(entry);
    // The claim was on its way when it was abandoned.
    if (this.#abandoned !== undefined) controller.abort(this.#abandoned);
    // A cancel may have been stored between the claim and this line.
    if (operation.cancelRequested) running.cancel(operation.id);
    void this.#run(operation, entry).finally(() => {
      running.remove(operation.id);
      resolve();
      this.#wake();
    });
  }

  async #run(operation: StoredOperation, entry: RunningOperation): Promise<void> {
    const { log, clock, service, handlers } = this.#parts;
    const isStopping = () => !this.#accepting;
    const { context, leftSomething, handedOn } = createContext(operation, entry, {
      service,
      log,
      isStopping,
    });
    await log.continueFrom(operation.id).catch(() => {});
    await service.announce(operation).catch(() => {});
    let outcome: Pick<Settlement, 'state' | 'result' | 'error'>;
    try {
      await this.#parts.beforeRun?.(operation);
      const handler = handlers[handlerName(operation)];
      if (handler === undefined) {
        throw new HoldfastError('internal', `Nothing knows how to do "${handlerName(operation)}".`);
      }
      outcome = { state: 'succeeded', result: await handler.run(operation, context) };
    } catch (error) {
      outcome = failedOutcome(error, entry.controller.signal);
      log.write(operation, 'error', outcome.error?.detail ?? 'It failed.');
    }
    await log.flush();
    if (outcome.state === 'succeeded' && handedOn()) return;
    await this.#settle(operation, {
      ...outcome,
      finishedAt: instant(clock),
      progress: entry.tracker.current(),
      cleanUp: leftSomething(),
      repeat: outcome.state === 'interrupted' && operation.parentId === undefined,
    });
    log.forget(operation.id);
  }

  /** A result is never lost to a disk that is full for a while: it is stored as soon as there is room. */
  async #settle(operation: StoredOperation, settlement: Settlement): Promise<void> {
    const { store, service } = this.#parts;
    for (;;) {
      try {
        await store.settle(operation.id, operation.fence, settlement);
        await service.announce(await service.stored(operation.id));
        return;
      } catch {
        if (!this.#accepting) return;
        await new Promise((resolve) => setTimeout(resolve, this.#timings.settleRetryMs));
      }
    }
  }

  /** Tells the store that this process lives, and hears which operations to cancel or were taken from it. */
  async #beat(): Promise<void> {
    const { store, owner, running } = this.#parts;
    const before = running.all();
    if (before.length === 0) return;
    const held = new Map((await store.beat(owner)).map((operation) => [operation.id, operation]));
    for (const operation of before) {
      const still = held.get(operation.id);
      if (still === undefined || still.fence !== operation.fence) await this.#abandonIfTaken(operation);
      else if (still.cancelRequested) running.cancel(operation.id);
    }
  }

  async #abandonIfTaken(operation: RunningOperation): Promise<void> {
    const stored = await this.#parts.store.get(operation.id);
    const mine =
      stored?.state === 'running' && stored.owner === this.#parts.owner && stored.fence === operation.fence;
    if (mine || !this.#parts.running.all().includes(operation)) return;
    this.#parts.running.abort(
      operation.id,
      new HoldfastError('interrupted', 'This process was silent for too long and lost the operation.'),
    );
  }

  async #saveProgress(): Promise<void> {
    const { store, running, service } = this.#parts;
    for (const { id, fence, tracker } of running.all()) {
      const progress = tracker.current();
      if (progress === undefined) continue;
      await store.saveProgress(id, fence, progress);
      await service.announce(await service.stored(id));
    }
  }
}

/**
 * The reason of the abort decides, whatever words the interrupted work found for it; unless it left something that a
 * person has to see to.
 */
function failedOutcome(
  error: unknown,
  signal: AbortSignal,
): { state: FinalState; error: Settlement['error'] } {
  const told = asHoldfastError(error);
  const failure = signal.aborted && told.code !== 'roll-back-failed' ? asHoldfastError(signal.reason) : told;
  const state =
    failure.code === 'cancelled' ? 'cancelled' : failure.code === 'interrupted' ? 'interrupted' : 'failed';
  return { state, error: failure.toFailure() };
}
