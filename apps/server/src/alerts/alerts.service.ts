import type { Alert, AlertCode, AlertFilter, AlertSubject } from '@holdfast/contracts';
import { uuidv7 } from 'uuidv7';
import { type Clock, instant } from '../clock.ts';
import { parseKeyset, writeKeyset } from '../http/keyset-cursor.ts';
import type { AlertsStore, OpenSubject } from './alerts.store.ts';

export interface RaisedAlert {
  readonly code: AlertCode;
  readonly subject: AlertSubject;
  readonly message: string;
  readonly hint: string;
}

export type AlertListener = (alert: Alert) => void;

/** What a person has to look at, until it is well again. */
export class AlertsService {
  readonly #store: AlertsStore;
  readonly #clock: Clock;
  readonly #listeners = new Set<AlertListener>();

  constructor(store: AlertsStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Told of every raise, the repeated ones among them. @returns how to stop listening */
  onRaised(listener: AlertListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async raise({ code, subject, message, hint }: RaisedAlert): Promise<void> {
    const alert = { id: uuidv7(), code, subject, message, hint };
    const raised = await this.#store.raise(alert, instant(this.#clock));
    for (const listener of this.#listeners) listener(raised);
  }

  /** Harmless where none is open. */
  resolve(code: AlertCode, subject: Pick<AlertSubject, 'kind' | 'id'>): Promise<void> {
    return this.#store.resolve(code, subject, instant(this.#clock));
  }

  /** Newest first. */
  list(state: 'open' | 'all'): Promise<Alert[]> {
    return this.#store.list(state);
  }

  /** What the open alerts with these codes are about. */
  openSubjects(codes: readonly AlertCode[]): Promise<OpenSubject[]> {
    return this.#store.openSubjects(codes);
  }

  /** Newest first. @throws HoldfastError `invalid-input` for a cursor that is none */
  async page({ state, limit, cursor }: AlertFilter): Promise<{ items: Alert[]; next?: string }> {
    const before = cursor === undefined ? undefined : parseKeyset(cursor);
    const found = await this.#store.list(state, { before, limit: limit + 1 });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items,
      next: found.length > limit && last !== undefined ? writeKeyset([last.since, last.id]) : undefined,
    };
  }
}
