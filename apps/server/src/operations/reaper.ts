import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { type Clock, instant } from '../clock.ts';
import { maximumAttempts } from './operation.rules.ts';
import { handlerName, type OperationHandlers, type StoredOperation } from './operation.ts';
import type { OperationLog } from './operation-log.ts';
import type { OperationsService } from './operations.service.ts';
import type { OperationsStore } from './operations.store.ts';

/**
 * A lease is judged by watching, not by comparing clocks: an operation whose heartbeat has not moved for this
 * long, measured by the monotonic clock of whoever watches, has lost its owner. So no jump of the wall clock
 * can end a live operation or keep a dead one.
 */
export const leaseMs = 30_000;

const repeatWithinMs = 24 * 60 * 60 * 1000;

export interface ReaperParts {
  readonly store: OperationsStore;
  readonly service: OperationsService;
  readonly log: OperationLog;
  readonly handlers: OperationHandlers;
  readonly clock: Clock;
  readonly owner: string;
  readonly leaseMs?: number;
}

/** Brings operations whose process died to a definite state, and cleans up after them. */
export class Reaper {
  readonly #parts: ReaperParts;
  readonly #watched = new Map<string, { fence: number; heartbeat: number; since: number }>();

  constructor(parts: ReaperParts) {
    this.#parts = parts;
  }

  /**
   * Ends everything unfinished of earlier processes. Only right for whoever holds the data directory's lock:
   * then every other owner is dead.
   * @returns what was ended
   */
  async reapAllOthers(): Promise<readonly StoredOperation[]> {
    const unfinished = await this.#parts.store.unfinished();
    const dead = unfinished.filter((operation) => operation.owner !== this.#parts.owner);
    for (const operation of dead) await this.#interrupt(operation);
    return dead;
  }

  /** One look at the operations of other processes; ends those whose heartbeat stood still for a lease. */
  async watch(): Promise<readonly StoredOperation[]> {
    const { store, clock, owner } = this.#parts;
    const others = (await store.unfinished()).filter(
      (operation) => operation.state === 'running' && operation.owner !== owner,
    );
    const dead = others.filter((operation) => this.#stoodStill(operation, clock.monotonic()));
    const ids = new Set(others.map((operation) => operation.id));
    for (const id of this.#watched.keys()) if (!ids.has(id)) this.#watched.delete(id);
    for (const operation of dead) await this.#interrupt(operation);
    return dead;
  }

  /** What whoever stays around does: ends what is dead, cleans up after it, and begins it again. */
  async watchAndRepeat(): Promise<void> {
    const dead = await this.watch();
    if (dead.length === 0) return;
    await this.repeat();
    await this.cleanUp();
  }

  #stoodStill({ id, fence, heartbeat }: StoredOperation, now: number): boolean {
    const seen = this.#watched.get(id);
    if (seen === undefined || seen.fence !== fence || seen.heartbeat !== heartbeat) {
      this.#watched.set(id, { fence, heartbeat, since: now });
      return false;
    }
    return now - seen.since >= (this.#parts.leaseMs ?? leaseMs);
  }

  async #interrupt(operation: StoredOperation): Promise<void> {
    const { store, service, log, clock } = this.#parts;
    const ran = operation.state === 'running';
    const settlement = {
      state: 'interrupted',
      finishedAt: instant(clock),
      error: new HoldfastError(
        'interrupted',
        ran ? 'The process that ran it ended without a word.' : 'Holdfast ended before it began.',
      ).toFailure(),
      cleanUp: ran && operation.role === 'part',
      repeat: operation.parentId === undefined,
    } as const;
    const ended = ran
      ? await store.settle(operation.id, operation.fence, settlement)
      : await store.settleQueued(operation.id, settlement);
    if (!ended) return;
    await log.continueFrom(operation.id);
    log.write(operation, 'warn', settlement.error.detail);
    await service.announce(await service.stored(operation.id));
  }

  /**
   * Queues again what died with its process and is known by its handler to be safe to repeat. What died long ago
   * is left: the plan has come round since. `only: 'urgent'` leaves the rest for a Holdfast that serves.
   */
  async repeat(only?: 'urgent'): Promise<readonly StoredOperation[]> {
    const { store, handlers, service, clock } = this.#parts;
    const again: StoredOperation[] = [];
    for (const operation of await store.awaitingRepeat()) {
      if (only === 'urgent' && handlers[handlerName(operation)]?.urgent !== true) continue;
      const ageMs = clock.now().getTime() - Date.parse(operation.finishedAt ?? operation.createdAt);
      const wanted = operation.attempt < maximumAttempts && ageMs < repeatWithinMs;
      const next = wanted
        ? handlers[handlerName(operation)]?.repeat?.(operation, await service.parts(operation.id))
        : undefined;
      if (next !== undefined) again.push(await service.create({ ...next, attempt: operation.attempt + 1 }));
      await store.repeated(operation.id);
    }
    return again;
  }

  /**
   * Removes what dead operations left in one repository (or in all). What cannot be removed now is tried again
   * at the next use.
   * @throws the first error, after all were tried
   */
  async cleanUp(repositoryId?: string): Promise<void> {
    const failures: unknown[] = [];
    for (const operation of await this.#parts.store.awaitingCleanUp(repositoryId)) {
      await this.#cleanUpAfter(operation).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  async #cleanUpAfter(operation: StoredOperation): Promise<void> {
    const { store, handlers, log } = this.#parts;
    try {
      await handlers[handlerName(operation)]?.cleanUp?.(operation);
    } catch (error) {
      // Its repository or source is not known any more: there is nothing left to clean.
      if (asHoldfastError(error).code !== 'not-found') throw error;
    }
    await store.cleanedUp(operation.id);
    await log.continueFrom(operation.id);
    log.write(operation, 'info', 'What it left behind was removed.');
  }
}
