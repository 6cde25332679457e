import type { AuditEntry, AuditFilter, AuditVerification } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { type Clock, instant } from '../clock.ts';
import { parseArrival } from '../http/arrival-cursor.ts';
import { Attempts } from '../http/attempts.ts';
import type { Change } from '../http/record-changes.ts';
import { networkOf } from '../http/visitor.ts';
import type { AuditStore, NewAuditEntry } from './audit.store.ts';

const unknown = { kind: 'unknown', id: 'unknown', name: 'unknown' } as const;
const mostTries = 20;

export interface AuditParts {
  readonly store: AuditStore;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** Who changed what, when, from where. */
export class AuditService {
  readonly #parts: AuditParts;
  /** What is refused to nobody in particular is remembered, but cannot fill the disk. */
  readonly #refusals: Attempts;
  /** Entries are chained, so they are written one after the other. */
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: AuditParts) {
    this.#parts = parts;
    this.#refusals = new Attempts(parts.clock, { limit: 60, windowMs: 15 * 60_000 });
  }

  /** Does not wait: the answer is out already. */
  record({ principal, action, subject, status, visitor }: Change): void {
    if (principal === undefined && status >= 400 && !this.#worthKeeping(networkOf(visitor))) return;
    const { kind, id, name } = principal ?? unknown;
    const entry = {
      time: instant(this.#parts.clock),
      principal: { kind, id, name },
      action,
      subject: { ...subject },
      status,
      ...(visitor.address === undefined ? {} : { address: visitor.address }),
    };
    this.#writing = this.#writing.then(() => this.#append(entry)).catch(this.#parts.onError);
  }

  /** Waits until everything that was recorded is stored. */
  flush(): Promise<void> {
    return this.#writing;
  }

  /** Newest first. @throws HoldfastError `invalid-input` */
  async list({ limit, cursor }: AuditFilter): Promise<{ items: AuditEntry[]; next?: string }> {
    await this.flush();
    const before = cursor === undefined ? {} : { before: parseArrival(cursor) };
    const found = await this.#parts.store.list({ limit: limit + 1, ...before });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return found.length > limit && last !== undefined ? { items, next: String(last.sequence) } : { items };
  }

  /** Whether it is as it was written. What a person with the database rewrote to the end is not found. */
  async verify(): Promise<AuditVerification> {
    await this.flush();
    const { entries, brokenAt } = await this.#parts.store.verify();
    return { entries, intact: brokenAt === undefined, brokenAt };
  }

  async #append(entry: NewAuditEntry): Promise<void> {
    for (let tries = 0; tries < mostTries; tries += 1) {
      if (await this.#parts.store.append(entry)) return;
    }
    throw new HoldfastError('internal', 'An entry of the audit log could not be written.');
  }

  #worthKeeping(network: string): boolean {
    try {
      this.#refusals.take(network);
      return true;
    } catch {
      return false;
    }
  }
}
